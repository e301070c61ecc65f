import { Client } from 'pg'
import { revokedApiKey } from '@/contracts/api-key-revocation'
import {
  createApiKey,
  deleteApiKey,
  revokeApiKey,
  revokeApiKeys,
  rotateApiKey,
  validateApiKey,
} from '@/lib/auth/api-key'
import { countDescendants, nearestDescendants } from '@/lib/auth/descendants'
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
import { makeManyKeys } from '../../support/many-keys'
import { sessionOf } from '../../support/sign-in'

const database = useDatabase()

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
    // No act deletes a key while a key that it made is alive; an operator with SQL can.
    await db().apiKey.delete({ where: { id: child.id } })
    const { alsoRevoked } = await revokeApiKey(session, { id: leaked.id })
    expect(alsoRevoked.sort()).toEqual([grandchild.id, others.id].sort())
  })

  it('takes a line longer than one transaction does, and names a thousand of it', async () => {
    const { coach, session, leaked, bystander } = await setup()
    const made = await makeManyKeys(coach, 2_500, { madeBy: leaked.id })
    const asked = { id: leaked.id, reason: 'leaked', patienceMs: Infinity }
    const { alsoRevoked, alsoRevokedCount, complete } = await revokeApiKey(session, asked)
    expect([alsoRevoked.length, alsoRevokedCount, complete]).toEqual([1_000, 2_502, true])
    expect(await db().lineToEnd.count({ where: { clubId: coach.clubId } })).toBe(0)
    expect(await Promise.all([leaked, bystander].map(alive))).toEqual([false, true])
    expect(await db().apiKey.count({ where: { id: { in: made }, revokedAt: null } })).toBe(0)
    const rows = await db().auditEvent.findMany({
      where: { clubId: coach.clubId, action: 'api-key.revoke' },
      select: { targetId: true, changes: true },
    })
    expect(rows.filter(({ targetId }) => targetId !== leaked.id)).toHaveLength(2_502)
    expect(rows.find(({ targetId }) => targetId === made[2_499])?.changes).toMatchObject({
      reason: { to: 'leaked' },
      madeBy: { to: leaked.id },
    })
  })

  it('counts as too many what takes too long to look at, and says so instead of failing', async () => {
    const { coach, session, leaked } = await setup()
    await makeManyKeys(coach, 3, { madeBy: leaked.id })
    const asked = async () => [
      await countDescendants(session, [leaked.id]),
      await nearestDescendants(session, leaked.id),
    ]
    const few = new Map([[leaked.id, 5]])
    expect(await asked()).toEqual([few, { count: 5, nearest: expect.any(Array) }])
    const holder = new Client(database.directUrl())
    await holder.connect()
    try {
      await holder.query('BEGIN; LOCK TABLE "ApiKeyTombstone" IN ACCESS EXCLUSIVE MODE')
      expect(await asked()).toEqual([new Map([[leaked.id, Infinity]]), { count: Infinity, nearest: [] }])
    } finally {
      await holder.end()
    }
  })

  it('finds what lives at the end of thousands of dead ones, each made by the one before', async () => {
    const { coach, session, leaked } = await setup()
    const dead = await makeManyKeys(coach, 2_500, { madeBy: leaked.id, line: true, revoked: true })
    const [last] = await makeManyKeys(coach, 1, { madeBy: dead.at(-1)! })
    expect(await countDescendants(session, [leaked.id])).toEqual(new Map([[leaked.id, Infinity]]))
    const { alsoRevokedCount } = await revokeApiKey(session, { id: leaked.id, patienceMs: Infinity })
    expect(alsoRevokedCount).toBe(3)
    expect(await db().apiKey.findUnique({ where: { id: last! } })).toMatchObject({
      revokedAt: expect.any(Date),
    })
    // Nothing is left of the line, but a page does not look through it all.
    expect(await countDescendants(session, [leaked.id, coach.userId])).toEqual(
      new Map([[leaked.id, Infinity]]),
    )
  })

  it('counts before asking what it would take', async () => {
    const { session, leaked, child, grandchild, bystander } = await setup()
    const counts = await countDescendants(session, [leaked.id, child.id, grandchild.id, bystander.id])
    expect([...counts].sort()).toEqual([[leaked.id, 2], [child.id, 1]].sort()) // prettier-ignore
  })

  it('names eight of them, nearest first counted, and no one who may not see them gets a name', async () => {
    const { coach, session, leaked, child, grandchild, bystander } = await setup()
    const { count, nearest } = await nearestDescendants(session, leaked.id)
    expect([count, nearest.map(({ id }) => id).sort()]).toEqual([2, [child.id, grandchild.id].sort()])
    expect(await nearestDescendants(session, bystander.id)).toEqual({ count: 0, nearest: [] })
    await makeManyKeys(coach, 30, { madeBy: leaked.id })
    const many = await nearestDescendants(session, leaked.id)
    expect([many.count, many.nearest.length]).toEqual([32, 8])
    const other = await makeKey(await makeMember(coach.clubId, ['COACH']))
    expect((await nearestDescendants(other.actor, leaked.id)).nearest).toEqual([])
    const foreign = await makeKey(await makeMember((await makeClub()).id, ['CLUB_ADMIN']))
    expect(await nearestDescendants(foreign.actor, leaked.id)).toEqual({ count: 0, nearest: [] })
  })

  it('takes a successor that the key itself made, and not one that its owner received', async () => {
    const { session, leaked, child } = await setup()
    const own = await rotateApiKey(child.actor, { id: child.id })
    const owners = await rotateApiKey(session, { id: leaked.id })
    const { alsoRevoked } = await revokeApiKey(session, { id: leaked.id })
    expect(alsoRevoked).toContain(own.id)
    expect(await alive({ token: owners.key })).toBe(true)
  })

  it('takes the key that asks along where it goes back to what it revokes', async () => {
    const { leaked, child, grandchild } = await setup()
    const { alsoRevoked } = await revokeApiKey(grandchild.actor, { id: leaked.id })
    expect(alsoRevoked.sort()).toEqual([child.id, grandchild.id].sort())
    expect(await Promise.all([leaked, child, grandchild].map(alive))).toEqual([false, false, false])
  })

  it('leaves a successor that ends the grace of the key that made it where it asks for that', async () => {
    const { leaked } = await setup()
    const { id, key } = await rotateApiKey(leaked.actor, { id: leaked.id })
    const next = { id, token: key, actor: await actorOf(key) }
    const young = await madeBy(next)
    await revokeApiKey(next.actor, { id: leaked.id, descendants: false })
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

// Three keys, each of which made the next. The last has leaked: it must not be able to hide where it came
// from.
describe('a descendant', () => {
  const CONFLICT = { code: 'conflict' }

  it('deletes none of the keys that it goes back to, alive or dead, and nobody else does', async () => {
    const { session, leaked, child, grandchild } = await setup()
    for (const by of [grandchild.actor, session])
      for (const { id } of [child, leaked])
        await expect(deleteApiKey(by, { id })).rejects.toMatchObject(CONFLICT)
    await revokeApiKey(grandchild.actor, { id: child.id, descendants: false })
    await revokeApiKey(grandchild.actor, { id: leaked.id, descendants: false })
    for (const by of [grandchild.actor, session])
      for (const { id } of [child, leaked])
        await expect(deleteApiKey(by, { id })).rejects.toMatchObject(CONFLICT)
    // The first one's id still ends it.
    expect((await revokeApiKey(session, { id: leaked.id })).alsoRevoked).toEqual([grandchild.id])
    for (const { id } of [grandchild, child, leaked]) await deleteApiKey(session, { id })
  })

  it('of an expired key keeps it, too, as long as it is alive itself', async () => {
    const { session, child, grandchild } = await setup()
    await db().apiKey.update({ where: { id: child.id }, data: { expiresAt: new Date() } })
    await expect(deleteApiKey(session, { id: child.id })).rejects.toMatchObject(CONFLICT)
    await db().apiKey.update({ where: { id: grandchild.id }, data: { expiresAt: new Date() } })
    await deleteApiKey(session, { id: child.id })
  })

  it('is not made while its maker is being deleted: one of the two is refused', async () => {
    const { coach, session } = await setup()
    for (let round = 0; round < 10; round++) {
      const maker = await makeKey(coach)
      const [made, gone] = await Promise.allSettled([madeBy(maker), deleteApiKey(session, { id: maker.id })])
      const live = await db().apiKey.count({ where: { createdByKeyId: maker.id, revokedAt: null } })
      if (gone.status === 'fulfilled') expect(live).toBe(0)
      else if (!isOutage(gone.reason)) expect([gone.reason, live]).toMatchObject([CONFLICT, 1])
      else expect(made).toBeDefined()
    }
  })
})

describe('the id of a deleted key', () => {
  async function withDeleted() {
    const scene = await setup()
    // As things were deleted before deleting asked for descendants.
    await db().apiKey.updateMany({
      where: { id: { in: [scene.leaked.id] } },
      data: { revokedAt: new Date() },
    })
    await db().apiKey.delete({ where: { id: scene.leaked.id } })
    return scene
  }

  it('revokes what the key made, and shows what is left of it', async () => {
    const { coach, session, leaked, child, grandchild } = await withDeleted()
    const answer = await revokeApiKey(session, { id: leaked.id })
    expect(answer).toMatchObject({
      id: leaked.id,
      name: 'test key',
      status: 'revoked',
      owner: { id: coach.userId, kind: 'user' },
      scopes: [],
    })
    expect(revokedApiKey.parse(answer).alsoRevoked.sort()).toEqual([child.id, grandchild.id].sort())
    expect(await Promise.all([child, grandchild].map(alive))).toEqual([false, false])
    expect((await revokeApiKey(session, { id: leaked.id })).alsoRevoked).toEqual([])
  })

  it('does so in bulk, too: counted before, none of the asked for, all that it made', async () => {
    const { session, leaked, child, grandchild, bystander } = await withDeleted()
    const ids = [leaked.id, bystander.id]
    const counts = { count: 1, alsoRevoked: 2 }
    expect(await revokeApiKeys(session, { ids, descendants: true, preview: true })).toMatchObject(counts)
    expect(await revokeApiKeys(session, { ids, descendants: true })).toMatchObject(counts)
    expect(await Promise.all([child, grandchild, bystander].map(alive))).toEqual([false, false, false])
  })

  it('answers everybody who could not have revoked the key like a missing one', async () => {
    const { coach, leaked, child } = await withDeleted()
    const { home } = await twoClubs()
    const mate = await makeKey(await makeMember(coach.clubId, ['COACH']))
    const strangers = [mate.actor, home.keys.coach.actor, await sessionOf(home.admin)]
    for (const by of strangers) {
      await expect(revokeApiKey(by, { id: leaked.id })).rejects.toMatchObject({ code: 'not_found' })
      const bulk = revokeApiKeys(by, { ids: [leaked.id], descendants: true })
      await expect(bulk).rejects.toMatchObject({ code: 'validation_failed' })
    }
    expect(await alive(child)).toBe(true)
    const admin = await sessionOf(await makeMember(coach.clubId, ['CLUB_ADMIN']))
    expect((await revokeApiKey(admin, { id: leaked.id })).alsoRevoked).toHaveLength(2)
  })

  it('of a key of which no owner is known any more is a missing one', async () => {
    const { session, leaked } = await setup()
    const id = '00000000-0000-4000-8000-00000000dead'
    await db().apiKeyTombstone.create({
      data: { digest: Buffer.alloc(32, 9), apiKeyId: id, clubId: leaked.actor.clubId },
    })
    await expect(revokeApiKey(session, { id })).rejects.toMatchObject({ code: 'not_found' })
  })
})
