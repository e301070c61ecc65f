import { updateClubPolicyBody } from '@/contracts/club-policy'
import type { Actor } from '@/lib/actor'
import { operatorActor } from '@/lib/auth/actor'
import { createApiKey, listApiKeys, rotateApiKey, validateApiKey } from '@/lib/auth/api-key'
import { getClubPolicy } from '@/lib/policy/get-policy'
import { updateClubPolicy } from '@/lib/policy/update-policy'
import { db } from '@/lib/db/client'
import { makeKey, twoClubs, useDatabase } from '../../support/club'
import { sessionOf } from '../../support/sign-in'
import { keptPolicyOf, USUAL_POLICY } from '@/lib/policy-row'
import { demand } from '../../support/policy'

useDatabase()

const DAY_MS = 24 * 3600 * 1000
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS)

async function setup() {
  const { home, rival } = await twoClubs()
  const admin = await sessionOf(home.admin)
  return {
    home,
    rival,
    admin,
    change: (body: object) => updateClubPolicy(admin, updateClubPolicyBody.parse(body)),
  }
}
const auditOf = (clubId: string) => db().auditEvent.findMany({ where: { clubId, action: 'club.policy' } })
const named = (path: string) => ({
  code: 'validation_failed',
  errors: [{ path, message: expect.any(String) }],
})

describe('the club’s policy', () => {
  it('counts for the next key, is on record with what it was, and is the club’s own', async () => {
    const { home, rival, change } = await setup()
    await demand(rival.clubId, { maxKeyDays: 100 })
    const theirs = await db().clubPolicy.findUniqueOrThrow({ where: { clubId: rival.clubId } })
    expect(await change({ defaultKeyDays: 7, maxKeyDays: 30, allowNonExpiringKeys: false })).toMatchObject({
      defaultKeyDays: 7,
      maxKeyDays: 30,
      allowNonExpiringKeys: false,
      maxLiveKeysPerMember: 100,
    })
    const made = await createApiKey(await sessionOf(home.coach), {
      name: 'short',
      scopes: ['practices:read'],
    })
    expect(Math.abs(Date.parse(made.expiresAt ?? '') - inDays(7).getTime())).toBeLessThan(60_000)
    for (const expiresAt of [inDays(31), null]) {
      const asked = createApiKey(await sessionOf(home.coach), {
        name: 'long',
        scopes: ['practices:read'],
        expiresAt,
      })
      await expect(asked).rejects.toMatchObject(named('expiresAt'))
    }
    const [row, ...more] = await auditOf(home.clubId)
    expect(more).toEqual([])
    expect(row).toMatchObject({
      actorKind: 'session',
      actorUserId: home.admin.userId,
      targetId: home.clubId,
      changes: {
        defaultKeyDays: { from: 90, to: 7 },
        maxKeyDays: { from: 366, to: 30 },
        allowNonExpiringKeys: { from: true, to: false },
      },
    })
    expect(await db().clubPolicy.findUniqueOrThrow({ where: { clubId: rival.clubId } })).toEqual(theirs)
  })

  it('names the keys that fall outside, and leaves them as they are', async () => {
    const { home, rival, admin, change } = await setup()
    const forever = await makeKey(home.coach, { name: 'forever', expiresAt: null })
    const long = await makeKey(home.athlete, { name: 'long', expiresAt: inDays(300) })
    await makeKey(rival.coach, { name: 'theirs', expiresAt: null })
    const dead = await makeKey(home.coach, { name: 'revoked', expiresAt: null })
    await db().apiKey.update({ where: { id: dead.id }, data: { revokedAt: new Date() } })
    const body = { maxKeyDays: 100, allowNonExpiringKeys: false }
    const seen = await change({ ...body, preview: true })
    expect(seen.outside.keys).toMatchObject({ count: 2, first: [{ id: forever.id }, { id: long.id }] })
    expect(await getClubPolicy(admin)).toMatchObject({
      maxKeyDays: 366,
      outside: { keys: { count: 0, first: [] }, owners: [] },
    })
    expect(await auditOf(home.clubId)).toEqual([])
    expect(await change(body)).toEqual(seen)
    expect(await getClubPolicy(admin)).toEqual(seen)
    const { data } = await listApiKeys(admin, { limit: 10, policy: 'outside', sort: 'name' })
    expect(data.map(({ id }) => id)).toEqual([forever.id, long.id])
    expect(data).toEqual([...seen.outside.keys.first])
    for (const { token } of [forever, long]) expect(await validateApiKey(token)).toMatchObject({ ok: true })
  })

  it('names who has more keys than one may have; those that end by their rotation do not count', async () => {
    const { home, change } = await setup()
    for (let i = 0; i < 2; i++) await makeKey(home.coach)
    await rotateApiKey(home.keys.athlete.actor, { id: home.keys.athlete.id })
    const { outside } = await change({ maxLiveKeysPerMember: 1 })
    expect(outside).toEqual({
      keys: { count: 0, first: [] },
      owners: [{ id: home.coach.userId, name: 'The COACH', liveKeys: 3 }],
    })
    await expect(
      createApiKey(await sessionOf(home.coach), { name: 'more', scopes: ['practices:read'] }),
    ).rejects.toMatchObject({
      code: 'conflict',
    })
  })

  it('refuses whole what contradicts itself or what stands', async () => {
    const { home, change } = await setup()
    await expect(change({ maxKeyDays: 60, allowNonExpiringKeys: false })).rejects.toMatchObject(
      named('maxKeyDays'),
    )
    await expect(change({ defaultKeyDays: 400, allowNonExpiringKeys: false })).rejects.toMatchObject(
      named('defaultKeyDays'),
    )
    await expect(change({ defaultKeyDays: 400, preview: true })).rejects.toMatchObject(
      named('defaultKeyDays'),
    )
    expect(
      updateClubPolicyBody.safeParse({ defaultKeyDays: 31, maxKeyDays: 30 }).error?.issues[0]?.path,
    ).toEqual(['defaultKeyDays'])
    expect(await keptPolicyOf(db(), home.clubId)).toMatchObject({
      maxKeyDays: 366,
      allowNonExpiringKeys: true,
    })
    expect(await auditOf(home.clubId)).toEqual([])
  })

  it('is the usual one of a club that never said anything, in the database as in the code', async () => {
    const { home } = await setup()
    expect(await keptPolicyOf(db(), home.clubId)).toEqual(USUAL_POLICY)
    await demand(home.clubId, {})
    expect(await db().clubPolicy.findUnique({ where: { clubId: home.clubId } })).toEqual({
      clubId: home.clubId,
      ...USUAL_POLICY,
    })
  })

  it('is bounded by the database, whoever asks', async () => {
    const { home } = await setup()
    for (const data of [
      { maxKeyDays: 3661 },
      { maxKeyDays: 89 },
      { defaultKeyDays: 0 },
      { maxLiveKeysPerMember: 0 },
      { maxLiveKeysPerMember: 1_000_001 },
    ]) {
      await expect(demand(home.clubId, data)).rejects.toThrow(/ClubPolicy_(days|live_keys)/)
    }
  })

  it('is an admin’s who is signed in, lately so to change it', async () => {
    const { home } = await setup()
    for (const actor of [await sessionOf(home.coach), await sessionOf(home.athlete), home.keys.admin.actor]) {
      await expect(getClubPolicy(actor)).rejects.toMatchObject({ code: 'forbidden' })
      await expect(updateClubPolicy(actor, { maxKeyDays: 1000 })).rejects.toMatchObject({ code: 'forbidden' })
    }
    const tired = await sessionOf(home.admin, 16)
    await expect(updateClubPolicy(tired, { maxKeyDays: 1000 })).rejects.toMatchObject({
      code: 'reauthentication_required',
    })
    expect(await updateClubPolicy(tired, { maxKeyDays: 1000, preview: true })).toMatchObject({
      maxKeyDays: 1000,
    })
    expect(
      await updateClubPolicy(operatorActor(home.clubId, null, 'test'), { maxKeyDays: 1000 }),
    ).toMatchObject({ maxKeyDays: 1000 })
  })

  it('of two changes at once neither undoes the other, and a change that is none leaves no trace', async () => {
    const { home, admin, change } = await setup()
    await Promise.all([
      change({ maxKeyDays: 200 }),
      change({ allowNonExpiringKeys: false }),
      change({ maxLiveKeysPerMember: 5 }),
    ])
    expect(await getClubPolicy(admin)).toMatchObject({
      maxKeyDays: 200,
      allowNonExpiringKeys: false,
      maxLiveKeysPerMember: 5,
    })
    await change({ maxKeyDays: 200 })
    expect(await auditOf(home.clubId)).toHaveLength(3)
  })

  it('G9: changes nothing when its audit row cannot be written', async () => {
    const { home, admin } = await setup()
    const broken: Actor = { ...admin, trace: { ...admin.trace, userAgent: 'bad \u0000 agent' } }
    await expect(updateClubPolicy(broken, { maxKeyDays: 1000 })).rejects.toThrow()
    expect(await keptPolicyOf(db(), home.clubId)).toMatchObject({
      maxKeyDays: 366,
    })
  })
})
