import { randomUUID } from 'node:crypto'
import { revokeApiKeysBody } from '@/contracts/api-key-revocation'
import type { Actor } from '@/lib/actor'
import { operatorActor } from '@/lib/auth/actor'
import { createApiKey, revokeApiKeys, validateApiKey } from '@/lib/auth/api-key'
import { db } from '@/lib/db/client'
import { makeKey, twoClubs, useDatabase } from '../../support/club'

useDatabase()

async function setup(count = 3) {
  const { home, rival } = await twoClubs()
  const keys = []
  for (let i = 0; i < count; i++) keys.push(await makeKey(home.coach, { name: `robot ${i}` }))
  const operator = operatorActor(home.clubId, null, 'test')
  return { home, rival, keys, ids: keys.map(({ id }) => id), operator }
}

/** As a body comes out of the contract. */
const revoke = (actor: Actor, body: object) => revokeApiKeys(actor, revokeApiKeysBody.parse(body))

const liveOf = (clubId: string) => db().apiKey.count({ where: { clubId, revokedAt: null } })
const auditOf = (ids: string[]) =>
  db().auditEvent.findMany({ where: { targetId: { in: ids }, action: 'api-key.revoke' } })
const REFUSED_IDS = {
  code: 'validation_failed',
  errors: [{ path: 'ids', message: 'must all be keys that you may revoke' }],
}

describe('revokeApiKeys', () => {
  it('ends every key named, each with its audit row, and none of their tokens is good from then on', async () => {
    const { keys, ids, operator } = await setup()
    for (const { token } of keys) expect(await validateApiKey(token)).toMatchObject({ ok: true })
    expect(await revoke(operator, { ids, reason: 'moving' })).toEqual({
      count: 3,
      alsoRevoked: 0,
      preview: false,
      complete: true,
    })
    for (const { token } of keys)
      expect(await validateApiKey(token)).toMatchObject({ ok: false, reason: 'revoked' })
    const rows = await auditOf(ids)
    expect(rows.map(({ targetId }) => targetId).sort()).toEqual([...ids].sort())
    expect(rows.every(({ changes }) => (changes as { reason: { to: string } }).reason.to === 'moving')).toBe(
      true,
    )
    expect(await db().apiKey.count({ where: { id: { in: ids }, revokedReason: 'moving' } })).toBe(3)
  })

  it('ends what matches a filter, and nothing else', async () => {
    const { home, rival, ids, operator } = await setup()
    const before = await liveOf(home.clubId)
    expect(await revoke(operator, { filter: { q: 'robot' }, preview: true })).toEqual({
      count: 3,
      alsoRevoked: 0,
      preview: true,
    })
    expect(await liveOf(home.clubId)).toBe(before)
    expect(await revoke(operator, { filter: { q: 'robot' }, expectedCount: 3 })).toEqual({
      count: 3,
      alsoRevoked: 0,
      preview: false,
      complete: true,
    })
    expect(await db().apiKey.count({ where: { id: { in: ids }, revokedAt: null } })).toBe(0)
    expect([await liveOf(home.clubId), await liveOf(rival.clubId)]).toEqual([before - 3, 3])
    expect(await revoke(operator, { filter: { q: 'robot' } })).toEqual({
      count: 0,
      alsoRevoked: 0,
      preview: false,
      complete: true,
    })
  })

  it('takes along what they made, unless told not to, whoever asks for what', async () => {
    const { home, keys, ids, operator } = await setup()
    const make = async (maker: Actor) =>
      (await createApiKey(maker, { name: 'made', scopes: ['practices:read'] })).id
    const [kept, gone] = [await make(keys[0]!.actor), await make(keys[1]!.actor)]
    expect(await revoke(operator, { ids: ids.slice(0, 1), descendants: false })).toEqual({
      count: 1,
      alsoRevoked: 0,
      preview: false,
      complete: true,
    })
    expect(await db().apiKey.count({ where: { id: kept, revokedAt: null } })).toBe(1)
    for (const preview of [true, false]) {
      expect(await revoke(operator, { ids: ids.slice(1), preview })).toEqual({
        count: 2,
        alsoRevoked: 1,
        preview,
        ...(!preview && { complete: true }),
      })
    }
    const [row] = await auditOf([gone])
    expect(row?.changes).toMatchObject({ madeBy: { to: ids[1] } })
    // Named and made by a named one: counted once.
    const child = await make(home.keys.coach.actor)
    for (const preview of [true, false]) {
      expect(await revoke(operator, { ids: [home.keys.coach.id, child], preview })).toEqual({
        count: 2,
        alsoRevoked: 0,
        preview,
        ...(!preview && { complete: true }),
      })
    }
    expect(await auditOf([child])).toHaveLength(1)
  })

  it('passes over what is revoked already: its date and reason stay, and no second row is written', async () => {
    const { ids, operator } = await setup()
    await revoke(operator, { ids: ids.slice(0, 1), reason: 'first' })
    expect(await revoke(operator, { ids, reason: 'second' })).toEqual({
      count: 2,
      alsoRevoked: 0,
      preview: false,
      complete: true,
    })
    expect((await db().apiKey.findUniqueOrThrow({ where: { id: ids[0]! } })).revokedReason).toBe('first')
    expect(await auditOf(ids)).toHaveLength(3)
  })

  it('never half: one id that is foreign, missing or another member’s leaves all alive, and answers alike', async () => {
    const { home, rival, ids, operator } = await setup()
    for (const stranger of [rival.keys.coach.id, randomUUID()]) {
      for (const preview of [true, false]) {
        await expect(revoke(operator, { ids: [...ids, stranger], preview })).rejects.toMatchObject(
          REFUSED_IDS,
        )
      }
    }
    for (const stranger of [rival.keys.coach.id, randomUUID(), home.keys.athlete.id]) {
      await expect(revoke(home.keys.coach.actor, { ids: [...ids, stranger] })).rejects.toMatchObject(
        REFUSED_IDS,
      )
    }
    expect(await db().apiKey.count({ where: { id: { in: ids }, revokedAt: null } })).toBe(3)
    expect(await auditOf(ids)).toEqual([])
  })

  it('a key reaches its own owner’s keys by a filter, even an admin’s key', async () => {
    const { home } = await setup()
    const everything = { filter: { status: 'active' as const } }
    expect(await revoke(home.keys.admin.actor, { ...everything, preview: true })).toEqual({
      count: 1,
      alsoRevoked: 0,
      preview: true,
    })
    expect(await revoke(home.keys.admin.actor, { filter: { ownerId: home.coach.userId } })).toEqual({
      count: 0,
      alsoRevoked: 0,
      preview: false,
      complete: true,
    })
  })

  it('revokes nothing where it would be another number than was seen', async () => {
    const { home, ids, operator } = await setup()
    await makeKey(home.coach, { name: 'robot late' })
    await expect(revoke(operator, { filter: { q: 'robot' }, expectedCount: 3 })).rejects.toMatchObject({
      code: 'conflict',
    })
    expect(await db().apiKey.count({ where: { id: { in: ids }, revokedAt: null } })).toBe(3)
  })

  it('G9: revokes nothing when one audit row cannot be written', async () => {
    const { ids, operator } = await setup()
    // U+0000 is what Postgres cannot store: it breaks the audit rows, not the change.
    const broken: Actor = { ...operator, trace: { ...operator.trace, userAgent: 'bad \u0000 agent' } }
    await expect(revoke(broken, { ids })).rejects.toThrow()
    expect(await db().apiKey.count({ where: { id: { in: ids }, revokedAt: null } })).toBe(3)
  })

  it('asks for a recent sign-in to act, and for none to count', async () => {
    const { home, ids } = await setup()
    const via = {
      kind: 'session',
      sessionId: randomUUID(),
      authenticatedAt: new Date(Date.now() - 16 * 60_000),
    } as const
    const actor: Actor = { ...operatorActor(home.clubId, home.admin.userId, 'test'), via }
    await expect(revoke(actor, { ids })).rejects.toMatchObject({ code: 'reauthentication_required' })
    expect(await revoke(actor, { ids, preview: true })).toEqual({ count: 3, alsoRevoked: 0, preview: true })
  })

  it('takes a thousand in one call, and refuses one more by name', async () => {
    const { home, operator } = await setup(0)
    const key = { clubId: home.clubId, userId: home.athlete.userId, start: 's', last4: 'l', scopes: [] }
    const data = Array.from({ length: 1001 }, (_, i) => ({
      ...key,
      name: `many ${i}`,
      digest: Buffer.from(randomUUID().replaceAll('-', '').padEnd(64, '0'), 'hex'),
    }))
    await db().apiKey.createMany({ data })
    const refused = {
      code: 'validation_failed',
      errors: [{ path: 'filter', message: expect.stringContaining('1001') }],
    }
    await expect(revoke(operator, { filter: { q: 'many' } })).rejects.toMatchObject(refused)
    expect(await revoke(operator, { filter: { q: 'many' }, preview: true })).toEqual({
      count: 1001,
      alsoRevoked: 0,
      preview: true,
    })
    await db().apiKey.updateMany({ where: { name: 'many 7' }, data: { name: 'few' } })
    expect(await revoke(operator, { filter: { q: 'many' } })).toEqual({
      count: 1000,
      alsoRevoked: 0,
      preview: false,
      complete: true,
    })
    expect(await db().auditEvent.count({ where: { clubId: home.clubId, action: 'api-key.revoke' } })).toBe(
      1000,
    )
  })

  it('of overlapping calls at once each key is ended once, and none is left', async () => {
    const { ids, operator } = await setup(6)
    const calls = [ids, [...ids].reverse(), ids.slice(2), ids.slice(0, 4)]
    const answers = await Promise.all(calls.map((some) => revoke(operator, { ids: some })))
    expect(answers.reduce((sum, { count }) => sum + count, 0)).toBe(6)
    expect(await auditOf(ids)).toHaveLength(6)
  })
})
