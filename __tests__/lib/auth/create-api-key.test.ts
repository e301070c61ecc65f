import { createApiKey, revokeApiKey, validateApiKey } from '@/lib/auth/api-key'
import { operatorActor } from '@/lib/auth/actor'
import { createApiKeyBody } from '@/contracts/api-key'
import { db } from '@/lib/db/client'
import { actorOf, makeClub, makeKey, makeMember, useDatabase } from '../../support/club'
import { patiently } from '../../support/patiently'
import { demand } from '../../support/policy'

useDatabase()

const DAY_MS = 24 * 3600 * 1000

async function setup() {
  const club = await makeClub()
  const admin = await makeMember(club.id, ['CLUB_ADMIN'])
  const coach = await makeMember(club.id, ['COACH'])
  const athlete = await makeMember(club.id, ['ATHLETE'])
  return {
    club,
    admin,
    coach,
    athlete,
    as: (member: typeof coach) => operatorActor(club.id, member.userId, 'test'),
  }
}

const body = (
  given: Partial<{ name: string; scopes: string[]; expiresAt: string | null; metadata: object }> = {},
) => createApiKeyBody.parse({ name: 'ci', scopes: ['practices:read'], ...given })

describe('createApiKey', () => {
  it('returns the token once and stores only its SHA-256 (G1)', async () => {
    const { coach, as } = await setup()
    const { key, id } = await createApiKey(as(coach), body({ metadata: { device: 'scoreboard' } }))
    expect(await validateApiKey(key)).toMatchObject({ ok: true, key: { id } })
    const [row] = await db().$queryRaw<
      { text: string }[]
    >`SELECT k::text || a::text AS text FROM "ApiKey" k, "AuditEvent" a WHERE k."id" = ${id}::uuid AND a."targetId" = k."id"::text`
    expect(row?.text).not.toContain(key)
    expect(row?.text).not.toContain(key.slice(12, -4))
  })

  it('gives the club’s default life when none is asked for, and none when null is', async () => {
    const { coach, as } = await setup()
    const usual = await createApiKey(as(coach), body())
    expect(Math.abs(Date.parse(usual.expiresAt ?? '') - Date.now() - 90 * DAY_MS)).toBeLessThan(60_000)
    expect((await createApiKey(as(coach), body({ expiresAt: null }))).expiresAt).toBeNull()
  })

  it('refuses an end in the past, beyond the club’s maximum, or none where the club wants one', async () => {
    const { club, coach, as } = await setup()
    const asking = (expiresAt: string | null) => createApiKey(as(coach), body({ expiresAt }))
    const refused = {
      code: 'validation_failed',
      errors: [{ path: 'expiresAt', message: expect.any(String) }],
    }
    await expect(asking('2020-01-01T00:00:00Z')).rejects.toMatchObject(refused)
    await expect(asking(new Date(Date.now() + 367 * DAY_MS).toISOString())).rejects.toMatchObject(refused)
    await demand(club.id, { allowNonExpiringKeys: false })
    await expect(asking(null)).rejects.toMatchObject(refused)
  })

  it('makes no key beyond its owner’s live roles, not even for an operator', async () => {
    const { athlete, as } = await setup()
    await expect(createApiKey(as(athlete), body({ scopes: ['practices:write'] }))).rejects.toMatchObject({
      code: 'forbidden',
    })
  })

  it('lets a key make only keys within its own scopes, for its own owner, that die no later', async () => {
    const { coach, admin } = await setup()
    const maker = await makeKey(coach, {
      scopes: ['api-keys:write', 'practices:read'],
      expiresAt: new Date(Date.now() + DAY_MS),
    })
    await expect(createApiKey(maker.actor, body({ scopes: ['practices:write'] }))).rejects.toMatchObject({
      code: 'insufficient_scope',
      scope: ['practices:write'],
    })
    await expect(createApiKey(maker.actor, body({ expiresAt: null }))).rejects.toMatchObject({
      code: 'validation_failed',
    })
    await expect(
      createApiKey(maker.actor, body({ expiresAt: new Date(Date.now() + 2 * DAY_MS).toISOString() })),
    ).rejects.toMatchObject({
      code: 'validation_failed',
    })
    const child = await createApiKey(maker.actor, body())
    expect(Date.parse(child.expiresAt ?? '')).toBeLessThanOrEqual(Date.now() + DAY_MS)
    expect(child).toMatchObject({ createdByKeyId: maker.id, owner: { id: coach.userId } })
    await expect(createApiKey(maker.actor, { ...body(), ownerId: admin.userId })).rejects.toMatchObject({
      code: 'validation_failed',
    })
  })

  it('answers a foreign, a missing and another member’s ownerId with the same words', async () => {
    const { admin, coach } = await setup()
    const foreigner = await makeMember((await makeClub()).id, ['COACH'])
    const maker = await makeKey(admin)
    const answers = []
    for (const ownerId of [coach.userId, foreigner.userId, '0190d9a0-0000-7000-8000-000000000000']) {
      const refusal = await createApiKey(maker.actor, { ...body(), ownerId }).catch((error: unknown) => error)
      answers.push(JSON.stringify(refusal))
    }
    expect(new Set(answers).size).toBe(1)
    expect(answers[0]).toContain('ownerId')
  })

  it('makes nothing for a key that was revoked after its request was verified', async () => {
    const { coach } = await setup()
    const maker = await makeKey(coach)
    const verifiedEarlier = await actorOf(maker.token)
    await revokeApiKey(maker.actor, { id: maker.id })
    await expect(createApiKey(verifiedEarlier, body())).rejects.toMatchObject({ code: 'invalid_token' })
  })

  it('makes no more than is left of a key that was narrowed or shortened after its request was verified', async () => {
    const { coach } = await setup()
    const { id, actor } = await makeKey(coach)
    await db().apiKey.update({
      where: { id },
      data: { scopes: ['api-keys:write'], expiresAt: new Date(Date.now() + DAY_MS) },
    })
    await expect(createApiKey(actor, body())).rejects.toMatchObject({
      code: 'insufficient_scope',
      scope: ['practices:read'],
    })
    const child = await createApiKey(actor, body({ scopes: ['api-keys:write'] }))
    expect(Date.parse(child.expiresAt ?? '')).toBeLessThanOrEqual(Date.now() + DAY_MS)
    await db().apiKey.update({ where: { id }, data: { expiresAt: new Date() } })
    await expect(createApiKey(actor, body({ scopes: ['api-keys:write'] }))).rejects.toMatchObject({
      code: 'invalid_token',
    })
  })

  it('makes nothing for a member who has left since', async () => {
    const { club, coach, as } = await setup()
    await db().membership.update({
      where: { clubId_userId: { clubId: club.id, userId: coach.userId } },
      data: { status: 'REMOVED' },
    })
    await expect(createApiKey(as(coach), body())).rejects.toMatchObject({ code: 'not_found' })
  })

  it('allows exactly 100 live keys a member when 120 are asked for at once', async () => {
    const { coach, as } = await setup()
    const results = await Promise.allSettled(
      Array.from({ length: 120 }, () => patiently(() => createApiKey(as(coach), body()))),
    )
    const refused = results.filter((result) => result.status === 'rejected')
    expect(results.length - refused.length).toBe(100)
    expect(new Set(refused.map((result) => (result.reason as { code: string }).code))).toEqual(
      new Set(['conflict']),
    )
    expect(await db().apiKey.count({ where: { userId: coach.userId } })).toBe(100)
  }, 60_000)
})
