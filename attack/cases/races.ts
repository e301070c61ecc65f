import { floodOverHttp } from '../../chaos/flood'
import type { RawRequest } from '../../__tests__/support/raw-http'
import { tally, type Attack } from '../attack'
import type { Stage } from '../stage'
import { statusOf } from '../wire'

/** A request of the club's admin, as a page of ours makes it. */
const byAdmin = ({ person, origin }: Stage, method: string, path: string, body?: object): RawRequest => ({
  method,
  path,
  headers: [
    ['Cookie', person.cookie],
    ['X-Club', person.slug],
    ['Origin', origin],
    ...(body ? [['Content-Type', 'application/json'] as const] : []),
  ],
  ...(body && { body: JSON.stringify(body) }),
})

async function newKey(stage: Stage, more: object = {}): Promise<{ id: string; key: string }> {
  const answer = await stage.send(
    byAdmin(stage, 'POST', '/api/v1/api-keys', { name: 'raced', scopes: ['practices:read'], ...more }),
  )
  if (answer.status !== 201) throw new Error(`no key: ${answer.body}`)
  return answer.json() as { id: string; key: string }
}

const whoami = (token: string): RawRequest => ({
  path: '/api/v1/whoami',
  headers: [['Authorization', `Bearer ${token}`]],
})

export const races: Attack[] = [
  {
    kind: 'race',
    tried: 'one key rotated 20 times at once',
    run: async (stage) => {
      const { id } = await newKey(stage)
      const rotate = byAdmin(stage, 'POST', `/api/v1/api-keys/${id}/rotate`, {})
      const statuses = await Promise.all(Array.from({ length: 20 }, () => statusOf(stage.app.port, rotate)))
      const won = statuses.filter((status) => status === 201).length
      return {
        seen: tally(statuses),
        ok: won === 1 && statuses.every((status) => [201, 409, 503].includes(Number(status))),
      }
    },
  },
  {
    kind: 'race',
    tried: 'a key with 20 calls a minute, used 200 times at once',
    run: async (stage) => {
      const { key } = await newKey(stage, { rateLimit: { limit: 20, windowSeconds: 60 } })
      const statuses = await Promise.all(
        Array.from({ length: 200 }, () => statusOf(stage.app.port, whoami(key))),
      )
      return { seen: tally(statuses), ok: statuses.filter((status) => status === 200).length === 20 }
    },
  },
  {
    kind: 'race',
    tried: 'a key used without pause while it is revoked',
    run: async (stage) => {
      const { id, key } = await newKey(stage)
      let revokedAt = Infinity
      let late = 0
      const use = async () => {
        while (performance.now() < revokedAt + 500) {
          const begun = performance.now()
          if ((await statusOf(stage.app.port, whoami(key))) === 200 && begun > revokedAt) late++
        }
      }
      const using = Array.from({ length: 8 }, use)
      const status = await statusOf(
        stage.app.port,
        byAdmin(stage, 'POST', `/api/v1/api-keys/${id}/revoke`, {}),
      )
      revokedAt = performance.now()
      await Promise.all(using)
      return {
        seen: `revoked with ${status}; ${late} calls let in that began later`,
        ok: status === 200 && late === 0,
      }
    },
  },
  {
    kind: 'flood',
    tried: 'thousands of tokens that nobody has',
    run: async ({ app }, short) => {
      const { answers, memoryMiB } = await floodOverHttp(app, short ? 1_000 : 10_000)
      const grown = memoryMiB.after - memoryMiB.before
      return {
        seen: `${Object.entries(answers)
          .map(([status, times]) => `${times} × ${status}`)
          .join(', ')}; ${grown} MiB more`,
        ok: Object.keys(answers).every((status) => ['401', '429', '503'].includes(status)) && grown < 128,
      }
    },
  },
]
