import {
  createApiKey,
  getApiKey,
  revokeApiKey,
  rotateApiKey,
  updateApiKey,
  validateApiKey,
} from '@/lib/auth/api-key'
import { operatorActor } from '@/lib/auth/actor'
import { db } from '@/lib/db/client'
import type { Refusal } from '@/lib/errors'
import { actorOf, makeClub, makeKey, makeMember, useDatabase } from '../../support/club'
import { patiently } from '../../support/patiently'
import { demand } from '../../support/policy'

useDatabase()

const HOUR_MS = 3600_000
const DAY_MS = 24 * HOUR_MS
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS)
const ends = async (id: string) =>
  (await db().apiKey.findUniqueOrThrow({ where: { id } })).expiresAt?.getTime() ?? Infinity
const near = (at: number, expected: number) => expect(Math.abs(at - expected)).toBeLessThan(30_000)

async function setup() {
  const club = await makeClub()
  const coach = await makeMember(club.id, ['COACH'])
  return { club, coach, key: await makeKey(coach) }
}

describe('rotateApiKey', () => {
  it('answers a new token that works at once, beside the old one, with everything copied and links both ways', async () => {
    const { coach, key } = await setup()
    const metadata = { hall: 2, site: 'north' }
    await updateApiKey(key.actor, {
      id: key.id,
      name: 'scoreboard',
      scopes: ['practices:read', 'api-keys:write'],
      metadata,
    })
    const { key: token, ...successor } = await rotateApiKey(await actorOf(key.token), { id: key.id })
    expect(successor).toMatchObject({
      name: 'scoreboard',
      scopes: ['practices:read', 'api-keys:write'],
      metadata,
      rotatedFromId: key.id,
      replacedById: null,
    })
    expect(successor).toMatchObject({ owner: { id: coach.userId }, createdByKeyId: key.id, lastUsedAt: null })
    expect(await getApiKey(key.actor, { id: key.id })).toMatchObject({
      replacedById: successor.id,
      rotatedFromId: null,
      status: 'expiring',
    })
    for (const one of [token, key.token]) expect(await validateApiKey(one)).toMatchObject({ ok: true })
  })

  it('takes a limit of the key’s own along: rotating lifts none', async () => {
    const { key } = await setup()
    await db().apiKey.update({ where: { id: key.id }, data: { rateLimit: 5, rateWindow: 60 } })
    const { id } = await rotateApiKey(key.actor, { id: key.id })
    expect(await db().apiKey.findUnique({ where: { id } })).toMatchObject({ rateLimit: 5, rateWindow: 60 })
  })

  it('G11: ends the old key at min(its end, now + grace), and keeps its former end on record', async () => {
    const { coach } = await setup()
    const long = await makeKey(coach, { expiresAt: inDays(30) })
    const short = await makeKey(coach, { expiresAt: inDays(1 / 24) })
    const forever = await makeKey(coach, { expiresAt: null })
    const formerly = await ends(long.id)
    for (const { id, actor } of [long, short, forever]) await rotateApiKey(actor, { id, graceSeconds: 7200 })
    near(await ends(long.id), Date.now() + 2 * HOUR_MS)
    near(await ends(short.id), Date.now() + HOUR_MS)
    near(await ends(forever.id), Date.now() + 2 * HOUR_MS)
    const row = await db().auditEvent.findFirstOrThrow({
      where: { targetId: long.id, action: 'api-key.rotate' },
    })
    expect(row.changes).toMatchObject({
      graceSeconds: { from: null, to: 7200 },
      expiresAt: { from: new Date(formerly).toISOString(), to: expect.any(String) },
    })
  })

  it('ends the old key at once without a grace, after a day unless told otherwise', async () => {
    const { coach, key } = await setup()
    const { id } = await makeKey(coach)
    await rotateApiKey(key.actor, { id })
    near(await ends(id), Date.now() + DAY_MS)
    await rotateApiKey(key.actor, { id: key.id, graceSeconds: 0 })
    expect(await validateApiKey(key.token)).toMatchObject({ ok: false, reason: 'expired' })
  })

  it('revokes nothing else: what the old key made lives on', async () => {
    const { coach } = await setup()
    const { id, actor } = await makeKey(coach)
    const child = await createApiKey(actor, { name: 'child', scopes: ['practices:read'] })
    await rotateApiKey(actor, { id, graceSeconds: 0 })
    expect(await validateApiKey(child.key)).toMatchObject({ ok: true })
  })

  it('tells who comes second which key the first one made, so that a lost answer is mended by rotating that one', async () => {
    const { key } = await setup()
    const lost = await rotateApiKey(key.actor, { id: key.id })
    const refusal = await rotateApiKey(key.actor, { id: key.id }).catch((error: unknown) => error)
    expect(refusal).toMatchObject({ code: 'conflict', members: { replacedById: lost.id } })
    const found = await rotateApiKey(key.actor, { id: lost.id, graceSeconds: 0 })
    expect(await validateApiKey(found.key)).toMatchObject({ ok: true })
    expect(await validateApiKey(lost.key)).toMatchObject({ ok: false })
  })

  it('refuses a revoked, an expired and a disabled key, and changes nothing', async () => {
    const { coach, key } = await setup()
    const [revoked, expired, disabled] = [await makeKey(coach), await makeKey(coach), await makeKey(coach)]
    await revokeApiKey(key.actor, { id: revoked.id })
    await db().apiKey.update({ where: { id: expired.id }, data: { expiresAt: new Date() } })
    await updateApiKey(key.actor, { id: disabled.id, disabled: true })
    const before = await db().apiKey.findMany({ orderBy: { id: 'asc' } })
    for (const { id } of [revoked, expired, disabled]) {
      await expect(rotateApiKey(key.actor, { id })).rejects.toMatchObject({
        code: 'conflict',
        members: undefined,
      })
    }
    expect(await db().apiKey.findMany({ orderBy: { id: 'asc' } })).toEqual(before)
  })

  it('can be done by a member who has no room for another key, and not without end', async () => {
    const { club, key } = await setup()
    await demand(club.id, { maxLiveKeysPerMember: 1 })
    const next = await rotateApiKey(key.actor, { id: key.id })
    await expect(
      createApiKey(await actorOf(next.key), { name: 'one more', scopes: ['practices:read'] }),
    ).rejects.toMatchObject({
      code: 'conflict',
    })
    await expect(rotateApiKey(await actorOf(next.key), { id: next.id })).rejects.toMatchObject({
      code: 'conflict',
    })
    await revokeApiKey(await actorOf(next.key), { id: key.id, descendants: false })
    await rotateApiKey(await actorOf(next.key), { id: next.id })
  })

  it('G9: leaves no trace when its audit rows cannot be written', async () => {
    const { key } = await setup()
    const broken = { ...key.actor, trace: { ...key.actor.trace, userAgent: 'bad \u0000 agent' } }
    await expect(rotateApiKey(broken, { id: key.id, graceSeconds: 0 })).rejects.toThrow()
    expect(await validateApiKey(key.token)).toMatchObject({ ok: true })
    expect(await db().apiKey.count({ where: { rotatedFromId: key.id } })).toBe(0)
  })

  it('takes the uses of each scope along, so that a key rotated every month can still be told what it does not need', async () => {
    const { key } = await setup()
    await db().apiKey.update({ where: { id: key.id }, data: { scopesSince: inDays(-100) } })
    await db().apiKeyScopeUse.create({
      data: { apiKeyId: key.id, clubId: key.actor.clubId, scope: 'practices:read', lastUsedAt: new Date() },
    })
    const { id } = await rotateApiKey(key.actor, { id: key.id })
    const { unusedScopes, scopes } = await getApiKey(key.actor, { id })
    expect(unusedScopes).toEqual(scopes.filter((scope) => scope !== 'practices:read'))
  })
})

describe('G11: the life of a successor', () => {
  it('is as long as the old key’s was made, when none is asked for', async () => {
    const { coach, club } = await setup()
    const operator = operatorActor(club.id, null, 'test')
    const weekly = await makeKey(coach, { expiresAt: inDays(7) })
    const forever = await makeKey(coach, { expiresAt: null })
    await db().apiKey.update({
      where: { id: weekly.id },
      data: { createdAt: inDays(-6), expiresAt: inDays(1) },
    })
    near(Date.parse((await rotateApiKey(operator, { id: weekly.id })).expiresAt ?? ''), inDays(7).getTime())
    expect((await rotateApiKey(operator, { id: forever.id })).expiresAt).toBeNull()
  })

  it('never extends beyond the club’s policy of today', async () => {
    const { coach, club } = await setup()
    const operator = operatorActor(club.id, null, 'test')
    const [year, forever, asking] = [
      await makeKey(coach, { expiresAt: inDays(366) }),
      await makeKey(coach, { expiresAt: null }),
      await makeKey(coach),
    ]
    await demand(club.id, { maxKeyDays: 30, defaultKeyDays: 10, allowNonExpiringKeys: false })
    near(Date.parse((await rotateApiKey(operator, { id: year.id })).expiresAt ?? ''), inDays(30).getTime())
    near(Date.parse((await rotateApiKey(operator, { id: forever.id })).expiresAt ?? ''), inDays(10).getTime())
    for (const expiresAt of [null, inDays(31), new Date(Date.now() - 1000)]) {
      await expect(rotateApiKey(operator, { id: asking.id, expiresAt })).rejects.toMatchObject({
        code: 'validation_failed',
        errors: [{ path: 'expiresAt' }],
      })
    }
    expect(await db().apiKey.count({ where: { rotatedFromId: asking.id } })).toBe(0)
  })

  it('never goes beyond that of the key that rotates, be it itself, however often', async () => {
    const { coach } = await setup()
    let key = await makeKey(coach, { expiresAt: inDays(2) })
    const end = await ends(key.id)
    for (let i = 0; i < 3; i++) {
      const { id, key: token } = await rotateApiKey(key.actor, { id: key.id })
      expect(await ends(id)).toBeLessThanOrEqual(end)
      key = { id, token, actor: await actorOf(token) }
    }
    await expect(rotateApiKey(key.actor, { id: key.id, expiresAt: inDays(3) })).rejects.toMatchObject({
      errors: [{ path: 'expiresAt' }],
    })
    await expect(rotateApiKey(key.actor, { id: key.id, expiresAt: null })).rejects.toMatchObject({
      errors: [{ path: 'expiresAt' }],
    })
  })

  it('through a key in its grace ends with the grace', async () => {
    const { coach, key } = await setup()
    const old = await makeKey(coach)
    const lost = await rotateApiKey(key.actor, { id: old.id, graceSeconds: 3600 })
    // Verified before the rotation, and so still believing in its former end.
    const found = await rotateApiKey(old.actor, { id: lost.id })
    expect(await ends(found.id)).toBeLessThanOrEqual(await ends(old.id))
  })
})

describe('G11: of concurrent rotations exactly one wins', () => {
  it('200 of one key at once: 1 new key, 199 conflicts that name it', async () => {
    const { key } = await setup()
    const attempts = Array.from({ length: 200 }, () =>
      patiently(() => rotateApiKey(key.actor, { id: key.id })),
    )
    const results = await Promise.allSettled(attempts)
    const won = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    const lost = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as Refusal] : []))
    expect([won.length, lost.length]).toEqual([1, 199])
    for (const refusal of lost)
      expect(refusal).toMatchObject({ code: 'conflict', members: { replacedById: won[0]?.id } })
    expect(await db().apiKey.count({ where: { rotatedFromId: key.id } })).toBe(1)
    expect(await db().auditEvent.count({ where: { targetId: key.id, action: 'api-key.rotate' } })).toBe(1)
  }, 60_000)

  it('of a rotation and a revocation at once, no token outlives the revocation unseen', async () => {
    const { coach } = await setup()
    for (let i = 0; i < 20; i++) {
      const { id, actor } = await makeKey(coach)
      const [rotated] = await Promise.allSettled([
        rotateApiKey(actor, { id, graceSeconds: 0 }),
        revokeApiKey(actor, { id }),
      ])
      // It rotated itself: what it made goes with it, unless the rotation came too late to make anything.
      if (rotated.status === 'fulfilled')
        expect(await validateApiKey(rotated.value.key)).toMatchObject({ ok: false, reason: 'revoked' })
      else expect(rotated.reason).toMatchObject({ code: expect.stringMatching(/conflict|invalid_token/) })
    }
  })
})
