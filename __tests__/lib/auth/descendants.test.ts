import { createApiKey, deleteApiKey, revokeApiKey, rotateApiKey, validateApiKey } from '@/lib/auth/api-key'
import { countDescendants } from '@/lib/auth/descendants'
import { db } from '@/lib/db/client'
import { isOutage } from '@/lib/db/outage'
import {
  actorOf,
  makeClub,
  makeKey,
  makeMember,
  twoClubs,
  useDatabase,
  type TestKey,
} from '../../support/club'
import { sessionOf } from '../../support/sign-in'

useDatabase()

/** A key that another one makes. */
async function madeBy({ actor }: TestKey): Promise<TestKey> {
  const { id, key: token } = await createApiKey(actor, {
    name: 'made',
    scopes: ['practices:read', 'api-keys:write'],
  })
  return { id, token, actor: await actorOf(token) }
}

async function setup() {
  const coach = await makeMember((await makeClub()).id, ['COACH'])
  const leaked = await makeKey(coach)
  const child = await madeBy(leaked)
  return {
    coach,
    session: await sessionOf(coach),
    leaked,
    child,
    grandchild: await madeBy(child),
    bystander: await makeKey(coach),
  }
}
const alive = async ({ token }: { token: string }) => (await validateApiKey(token)).ok

describe('revoking a key', () => {
  it('takes the keys that it made along, and those that they made, and no other', async () => {
    const { session, leaked, child, grandchild, bystander } = await setup()
    const { alsoRevoked } = await revokeApiKey(session, { id: leaked.id, reason: 'on GitHub' })
    expect(alsoRevoked.sort()).toEqual([child.id, grandchild.id].sort())
    expect(await Promise.all([leaked, child, grandchild, bystander].map(alive))).toEqual([
      false,
      false,
      false,
      true,
    ])
    const rows = await db().auditEvent.findMany({
      where: { targetId: { in: alsoRevoked }, action: 'api-key.revoke' },
    })
    expect(rows.map(({ changes }) => changes)).toEqual([
      { reason: { from: null, to: 'on GitHub' }, madeBy: { from: null, to: leaked.id } },
      { reason: { from: null, to: 'on GitHub' }, madeBy: { from: null, to: leaked.id } },
    ])
  })

  it('leaves them where that is asked for, and takes them when it is asked again', async () => {
    const { session, leaked, child, grandchild } = await setup()
    expect((await revokeApiKey(session, { id: leaked.id, descendants: false })).alsoRevoked).toEqual([])
    expect(await Promise.all([child, grandchild].map(alive))).toEqual([true, true])
    expect((await revokeApiKey(session, { id: leaked.id })).alsoRevoked).toHaveLength(2)
    expect(await Promise.all([child, grandchild].map(alive))).toEqual([false, false])
  })

  it('finds them past keys that are revoked, expired or even deleted', async () => {
    const { session, leaked, child, grandchild } = await setup()
    const other = await madeBy(leaked)
    const others = await madeBy(other)
    await db().apiKey.update({ where: { id: other.id }, data: { expiresAt: new Date() } })
    await revokeApiKey(session, { id: child.id, descendants: false })
    await deleteApiKey(session, { id: child.id })
    const { alsoRevoked } = await revokeApiKey(session, { id: leaked.id })
    expect(alsoRevoked.sort()).toEqual([grandchild.id, others.id].sort())
  })

  it('takes a line of ten thousand, the most that a club may allow', async () => {
    const { coach, session, leaked } = await setup()
    await db().$executeRaw`
      INSERT INTO "ApiKey" ("id", "clubId", "userId", "name", "digest", "start", "last4", "scopes", "updatedAt", "createdByKeyId")
      SELECT gen_random_uuid(), ${coach.clubId}::uuid, ${coach.userId}::uuid, 'made', sha256(gen_random_uuid()::text::bytea), 'sk', 'last',
        '{practices:read}', now(), ${leaked.id}::uuid FROM generate_series(1, 10000)`
    expect((await revokeApiKey(session, { id: leaked.id })).alsoRevoked).toHaveLength(10_002)
    expect(await alive(leaked)).toBe(false)
  }, 60_000)

  it('counts before asking what it would take', async () => {
    const { session, leaked, child, grandchild, bystander } = await setup()
    const counts = await countDescendants(session, [leaked.id, child.id, grandchild.id, bystander.id])
    expect([...counts].sort()).toEqual([[leaked.id, 2], [child.id, 1]].sort()) // prettier-ignore
  })

  it('takes a successor that the key itself made, and not one that its owner received', async () => {
    const { session, leaked, child } = await setup()
    const own = await rotateApiKey(child.actor, { id: child.id })
    const owners = await rotateApiKey(session, { id: leaked.id })
    const { alsoRevoked } = await revokeApiKey(session, { id: leaked.id })
    expect(alsoRevoked).toContain(own.id)
    expect(await alive({ token: owners.key })).toBe(true)
  })

  it('spares the key that asks: a successor ends the grace of the key that made it', async () => {
    const { leaked } = await setup()
    const { id, key } = await rotateApiKey(leaked.actor, { id: leaked.id })
    const next = { id, token: key, actor: await actorOf(key) }
    const young = await madeBy(next)
    const { alsoRevoked } = await revokeApiKey(next.actor, { id: leaked.id })
    expect(alsoRevoked).not.toContain(id)
    expect(await Promise.all([leaked, next, young].map(alive))).toEqual([false, true, true])
  })

  it('keeps to the club, whoever wrote what made what', async () => {
    const { home, rival } = await twoClubs()
    const { id: foreign } = await db().apiKey.create({
      data: { clubId: rival.clubId, userId: rival.coach.userId, name: 'x', digest: Buffer.alloc(32, 7), start: 's', last4: 'l', scopes: [], createdByKeyId: home.keys.coach.id },
    }) // prettier-ignore
    expect((await revokeApiKey(home.keys.coach.actor, { id: home.keys.coach.id })).alsoRevoked).toEqual([])
    expect(await db().apiKey.findUnique({ where: { id: foreign } })).toMatchObject({ revokedAt: null })
  })

  it('G9: revokes none when one audit row cannot be written', async () => {
    const { session, leaked, child } = await setup()
    const broken = { ...session, trace: { ...session.trace, userAgent: 'bad \u0000 agent' } }
    await expect(revokeApiKey(broken, { id: leaked.id })).rejects.toThrow()
    expect(await Promise.all([leaked, child].map(alive))).toEqual([true, true])
  })

  it('leaves nothing behind that was being made meanwhile', async () => {
    const { coach, session } = await setup()
    for (let round = 0; round < 10; round++) {
      const leaked = await makeKey(coach)
      const child = await madeBy(leaked)
      const making = Array.from({ length: 6 }, (_, i) =>
        madeBy(i % 2 ? leaked : child).catch((error: unknown) => error),
      )
      const [outcome] = await Promise.all([revokeApiKey(session, { id: leaked.id }), ...making])
      for (const made of await Promise.all(making)) {
        if (isOutage(made)) continue
        // Made in time and taken along, or refused: by its maker's revocation, or while its own token was
        // being tried here.
        if (!(made instanceof Error)) expect(outcome.alsoRevoked).toContain((made as TestKey).id)
      }
      const live = await db().apiKey.count({
        where: { createdByKeyId: { in: [leaked.id, child.id] }, revokedAt: null },
      })
      expect(live).toBe(0)
    }
  }, 60_000)
})
