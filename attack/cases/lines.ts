import { makeKey } from '../../__tests__/support/club'
import type { Attack } from '../attack'
import { enter, withKey, type Caller } from '../callers'
import { checks, type Checks } from '../checks'
import type { Stage } from '../stage'

// A key that was made by a leaked one, and should end with it, whatever it does to the keys before it.

type Made = { id: string; as: Caller }

async function setup(stage: Stage) {
  const { server } = stage
  const { home, asks } = await enter(server)
  const first = await makeKey(home.admin)
  const make = async (by: Caller): Promise<Made> => {
    const answer = await by('POST', 'api-keys', {
      name: 'made',
      scopes: ['practices:read', 'api-keys:read', 'api-keys:write'],
    })
    const { id, key } = answer.json() as { id: string; key: string }
    return { id, as: withKey(server, key) }
  }
  const gen0 = { id: first.id, as: withKey(server, first.token) }
  const gen1 = await make(gen0.as)
  const gen2 = await make(gen1.as)
  return { server, home, asks, gen0, gen1, gen2, make, isAlive: aliveOf }
}
type Scene = Awaited<ReturnType<typeof setup>>

const aliveOf = async ({ as }: Made) => (await as('GET', 'whoami')).status === 200
const revoke = async ({ asks }: Scene, { id }: Made) => {
  const answer = await asks('POST', `api-keys/${id}/revoke`)
  return { status: answer.status, also: answer.status === 200 ? (answer.json().alsoRevoked as string[]) : [] }
}

const line = (tried: string, run: (scene: Scene, must: Checks['must']) => Promise<void>): Attack => ({
  kind: 'line',
  tried,
  run: async (stage) => {
    const { must, done } = checks()
    await run(await setup(stage), must)
    return done()
  },
})

export const lines: Attack[] = [
  line('the last key of three deletes those before it', async (scene, must) => {
    const { gen0, gen1, gen2, isAlive } = scene
    for (const one of [gen1, gen0])
      must('deleting one before it', (await gen2.as('DELETE', `api-keys/${one.id}`)).status, 409)
    must('both live', [await isAlive(gen0), await isAlive(gen1)], [true, true])
    const { status, also } = await revoke(scene, gen0)
    must('its owner revokes the first', status, 200)
    must('and with it', [...also].sort(), [gen1.id, gen2.id].sort())
    must('none lives', [await isAlive(gen0), await isAlive(gen1), await isAlive(gen2)], [false, false, false])
  }),
  line('the last key revokes those before it, to be nobody’s', async (scene, must) => {
    const { gen0, gen1, gen2, isAlive } = scene
    must('revoking the one before', (await gen2.as('POST', `api-keys/${gen1.id}/revoke`)).status, 200)
    must('it ends itself by it', await isAlive(gen2), false)
    must('the first lives', await isAlive(gen0), true)
  }),
  line(
    'the last key revokes those before it alone, deletes them, and is looked for by a deleted id',
    async (scene, must) => {
      const { gen0, gen1, gen2, isAlive } = scene
      for (const one of [gen1, gen0]) {
        const alone = await gen2.as('POST', `api-keys/${one.id}/revoke`, { descendants: false })
        must('revoking one before it, alone', alone.status, 200)
        must('deleting it', (await gen2.as('DELETE', `api-keys/${one.id}`)).status, 409)
      }
      must('it lives so far', await isAlive(gen2), true)
      const { status, also } = await revoke(scene, gen0)
      must('its owner revokes the first once more', status, 200)
      must('and with it', also, [gen2.id])
      must('it lives', await isAlive(gen2), false)
      for (const one of [gen2, gen1, gen0])
        must('deleting', (await scene.asks('DELETE', `api-keys/${one.id}`)).status, 204)
      for (const one of [gen2, gen1, gen0])
        must('revoking a deleted id', (await revoke(scene, one)).status, 200)
      must(
        'a deleted id of another club',
        (await (await setupOther(scene))('POST', `api-keys/${gen0.id}/revoke`)).status,
        404,
      )
    },
  ),
  line('many at once, by ids and by a filter, deleted meanwhile', async (scene, must) => {
    const { gen0, gen1, gen2, asks, isAlive } = scene
    const alone = { descendants: false, reason: 'to hide' }
    must(
      'the last revokes both alone',
      (await gen2.as('POST', 'api-keys/revoke', { ids: [gen0.id, gen1.id], ...alone })).status,
      200,
    )
    must('it lives so far', await isAlive(gen2), true)
    const preview = await asks('POST', 'api-keys/revoke', { ids: [gen0.id], preview: true })
    must('its owner asks what there is', [preview.status, preview.json().alsoRevoked], [200, 1])
    must(
      'its owner revokes by the dead id',
      (await asks('POST', 'api-keys/revoke', { ids: [gen0.id] })).status,
      200,
    )
    must('it lives', await isAlive(gen2), false)
  }),
  line('a key rotates itself, and what it made rotates', async (scene, must) => {
    const { gen0, gen1, gen2, isAlive, server } = scene
    const rotate = async ({ id, as }: Made) => {
      const answer = await as('POST', `api-keys/${id}/rotate`, { graceSeconds: 0 })
      must('rotating itself', answer.status, 201)
      const { id: next, key } = answer.json() as { id: string; key: string }
      return { id: next, as: withKey(server, key) }
    }
    const [two, one] = [await rotate(gen2), await rotate(gen1)]
    const three = await scene.make(two.as)
    must('its owner revokes the first', (await revoke(scene, gen0)).status, 200)
    must('none lives', await Promise.all([one, two, three, gen1, gen2].map(isAlive)), Array(5).fill(false))
  }),
  line('a dozen keys each made by the one before, while the first is revoked', async (scene, must) => {
    const { gen0, isAlive } = scene
    let last = scene.gen2
    const all = [last]
    const making = (async () => {
      for (let i = 0; i < 12; i++) {
        const next = await scene.make(last.as)
        if (!next.id) break
        all.push((last = next))
      }
    })()
    must('its owner revokes the first', (await revoke(scene, gen0)).status, 200)
    await making
    must('alive in the end', (await Promise.all(all.map(isAlive))).filter(Boolean).length, 0)
  }),
]

const setupOther = async ({ server }: Scene) => (await enter(server)).asks
