import fc from 'fast-check'
import type { RateLimit } from '@/contracts/rate-limit'
import { operatorActor } from '@/lib/auth/actor'
import { createApiKey, getApiKey, rotateApiKey, updateApiKey, validateApiKey } from '@/lib/auth/api-key'
import { db } from '@/lib/db/client'
import { rateWithin } from '@/lib/limits/rate'
import { makeKey, twoClubs, useDatabase, type TestKey } from '../../support/club'
import { sessionOf, setMembership } from '../../support/sign-in'
import { demand } from '../../support/policy'

useDatabase()

const RATE = { limit: 100, windowSeconds: 60 }
const WIDER: (RateLimit | null)[] = [
  null,
  { limit: 101, windowSeconds: 60 },
  { limit: 100, windowSeconds: 59 },
  { limit: 2, windowSeconds: 1 },
  // Slower in the long run, and a hundred more at once.
  { limit: 200, windowSeconds: 3600 },
]
const REFUSED = { code: 'validation_failed', errors: [{ path: 'rateLimit', message: expect.any(String) }] }

async function setup() {
  const { home } = await twoClubs()
  const key = await makeKey(home.coach, { rateLimit: RATE })
  return { home, key, owner: operatorActor(home.clubId, home.coach.userId, 'test') }
}
const rateOf = async ({ token }: Pick<TestKey, 'token'>) => {
  const verified = await validateApiKey(token)
  return verified.ok && verified.key.rateLimit
}
const lastChange = async (targetId: string, action: string) =>
  (await db().auditEvent.findFirstOrThrow({ where: { targetId, action }, orderBy: { at: 'desc' } })).changes

describe('a key’s rate', () => {
  it('is kept, shown, handed to the verifier and on record', async () => {
    const { home, key } = await setup()
    expect(await getApiKey(home.keys.coach.actor, { id: key.id })).toMatchObject({ rateLimit: RATE })
    expect(await rateOf(key)).toEqual(RATE)
    expect(await lastChange(key.id, 'api-key.create')).toMatchObject({
      rateLimit: { from: null, to: RATE },
    })
  })

  it('changes with the commit, is on record with what it was, and ends with null', async () => {
    const { key, owner } = await setup()
    await rateOf(key)
    expect(
      await updateApiKey(owner, { id: key.id, rateLimit: { limit: 5, windowSeconds: 1 } }),
    ).toMatchObject({
      rateLimit: { limit: 5, windowSeconds: 1 },
    })
    expect(await rateOf(key)).toEqual({ limit: 5, windowSeconds: 1 })
    expect(await lastChange(key.id, 'api-key.update')).toEqual({
      rateLimit: { from: RATE, to: { limit: 5, windowSeconds: 1 } },
    })
    expect(await updateApiKey(owner, { id: key.id, rateLimit: null })).toMatchObject({ rateLimit: null })
    expect(await rateOf(key)).toEqual({ limit: 1_000_000, windowSeconds: 60 })
  })

  it('stays as it is where a change does not speak of it', async () => {
    const { key } = await setup()
    expect(await updateApiKey(key.actor, { id: key.id, name: 'renamed' })).toMatchObject({ rateLimit: RATE })
  })

  it('is its club’s default without one of its own', async () => {
    const { home, key } = await setup()
    await demand(home.clubId, { keyRateLimit: 7, keyRateWindow: 2, rateLimit: 9, rateWindow: 3 })
    const verified = await validateApiKey(home.keys.coach.token)
    const expected = {
      rateLimit: { limit: 7, windowSeconds: 2 },
      clubRateLimit: { limit: 9, windowSeconds: 3 },
    }
    expect(verified).toMatchObject({ ok: true, key: expected })
    expect(await rateOf(key)).toEqual(RATE)
  })

  it('goes on to the key that takes its place', async () => {
    const { key, owner } = await setup()
    const next = await rotateApiKey(owner, { id: key.id })
    expect(next).toMatchObject({ rateLimit: RATE })
    expect(await rateOf({ token: next.key })).toEqual(RATE)
    expect(await lastChange(next.id, 'api-key.create')).toMatchObject({ rateLimit: { to: RATE } })
  })
})

describe('escalation by rate', () => {
  it.each(WIDER)('a key does not widen its own limit: %j', async (rateLimit) => {
    const { key } = await setup()
    await expect(updateApiKey(key.actor, { id: key.id, rateLimit })).rejects.toMatchObject(REFUSED)
    expect(await getApiKey(key.actor, { id: key.id })).toMatchObject({ rateLimit: RATE })
  })

  it('a key narrows its own limit, and not back', async () => {
    const { key } = await setup()
    expect(
      await updateApiKey(key.actor, { id: key.id, rateLimit: { limit: 1, windowSeconds: 60 } }),
    ).toMatchObject({
      rateLimit: { limit: 1, windowSeconds: 60 },
    })
    await expect(updateApiKey(key.actor, { id: key.id, rateLimit: RATE })).rejects.toMatchObject(REFUSED)
  })

  it('a key makes keys of its own limit or less, and of that unless told otherwise', async () => {
    const { key } = await setup()
    const make = (rateLimit?: RateLimit | null) =>
      createApiKey(key.actor, {
        name: 'child',
        scopes: ['practices:read'],
        ...(rateLimit !== undefined && { rateLimit }),
      })
    expect(await make()).toMatchObject({ rateLimit: RATE })
    expect(await make({ limit: 50, windowSeconds: 60 })).toMatchObject({
      rateLimit: { limit: 50, windowSeconds: 60 },
    })
    for (const wider of WIDER) await expect(make(wider)).rejects.toMatchObject(REFUSED)
  })

  it('a key without a limit of its own is bound by its club’s default', async () => {
    const { home } = await setup()
    await demand(home.clubId, { keyRateLimit: 10, keyRateWindow: 1 })
    const plain = home.keys.coach.actor
    const make = (rateLimit: RateLimit | null) =>
      createApiKey(plain, { name: 'child', scopes: ['practices:read'], rateLimit })
    expect(await make(null)).toMatchObject({ rateLimit: null })
    expect(await make({ limit: 10, windowSeconds: 60 })).toMatchObject({
      rateLimit: { limit: 10, windowSeconds: 60 },
    })
    await expect(make({ limit: 11, windowSeconds: 60 })).rejects.toMatchObject(REFUSED)
  })

  it('a key receives no token of a faster key, and enables none', async () => {
    const { home, key, owner } = await setup()
    const faster = await makeKey(home.coach, {
      rateLimit: { limit: 101, windowSeconds: 60 },
      expiresAt: new Date(Date.now() + 3600_000),
    })
    await expect(rotateApiKey(key.actor, { id: faster.id })).rejects.toMatchObject({ code: 'forbidden' })
    await updateApiKey(owner, { id: faster.id, disabled: true })
    await expect(updateApiKey(key.actor, { id: faster.id, disabled: false })).rejects.toMatchObject({
      code: 'forbidden',
    })
  })

  it('whoever lets a key make more calls holds every scope of it; fewer need none', async () => {
    const { home, key } = await setup()
    const weak = await makeKey(home.coach, { scopes: ['api-keys:write'], expiresAt: null })
    const change = (limit: number) =>
      updateApiKey(weak.actor, { id: key.id, rateLimit: { limit, windowSeconds: 60 } })
    await expect(change(101)).rejects.toMatchObject({ code: 'insufficient_scope' })
    expect(await change(99)).toMatchObject({ rateLimit: { limit: 99, windowSeconds: 60 } })
    await expect(change(100)).rejects.toMatchObject({ code: 'insufficient_scope' })
  })
})

// One such key could take all that the club's ceiling leaves to everybody.
describe('a member who is no admin', () => {
  const USUAL = { limit: 10, windowSeconds: 60 }
  const MORE = [
    { limit: 11, windowSeconds: 60 },
    { limit: 1_000_000, windowSeconds: 60 },
  ]

  async function signedIn(as: 'admin' | 'coach' | 'athlete') {
    const { home } = await setup()
    await demand(home.clubId, { keyRateLimit: USUAL.limit, keyRateWindow: USUAL.windowSeconds })
    const actor = await sessionOf(home[as])
    const make = (rateLimit: RateLimit | null) =>
      createApiKey(actor, { name: 'made', scopes: ['practices:read'], rateLimit })
    return { home, actor, make }
  }

  it.each(['coach', 'athlete'] as const)(
    'gives a key of theirs the club’s default at most: %s',
    async (as) => {
      const { actor, make } = await signedIn(as)
      expect(await make(USUAL)).toMatchObject({ rateLimit: USUAL })
      const { id } = await make({ limit: 1, windowSeconds: 60 })
      for (const rateLimit of MORE) {
        await expect(make(rateLimit)).rejects.toMatchObject(REFUSED)
        await expect(updateApiKey(actor, { id, rateLimit })).rejects.toMatchObject(REFUSED)
      }
      expect(await updateApiKey(actor, { id, rateLimit: null })).toMatchObject({ rateLimit: null })
    },
  )

  it('keeps what an admin gave their key: rotated, renamed, or slowed down', async () => {
    const { home, actor, make } = await signedIn('coach')
    const { id } = await make(null)
    const admin = await sessionOf(home.admin)
    await setMembership(home.admin, { roles: ['CLUB_ADMIN', 'COACH'] })
    for (const rateLimit of MORE) await updateApiKey(admin, { id, rateLimit })
    const next = await rotateApiKey(actor, { id })
    expect(next).toMatchObject({ rateLimit: MORE[1] })
    expect(await updateApiKey(actor, { id: next.id, rateLimit: MORE[0]! })).toMatchObject({
      rateLimit: MORE[0],
    })
    await expect(updateApiKey(actor, { id: next.id, rateLimit: MORE[1]! })).rejects.toMatchObject(REFUSED)
  })
})

it.each([
  ['ApiKey', '"rateLimit" = 1'],
  ['ApiKey', '"rateWindow" = 60'],
  ['ApiKey', '"rateLimit" = 0, "rateWindow" = 60'],
  ['ApiKey', '"rateLimit" = 1, "rateWindow" = 86401'],
  ['ClubPolicy', '"rateLimit" = 1'],
  ['ClubPolicy', '"keyRateWindow" = 60'],
  ['ClubPolicy', '"keyRateLimit" = 1000001, "keyRateWindow" = 60'],
])('the database keeps a rate whole and within its bounds: %s, %s', async (table, set) => {
  const { home } = await setup()
  await demand(home.clubId, {})
  const [column, id] = table === 'ClubPolicy' ? ['clubId', home.clubId] : ['id', home.keys.coach.id]
  const change = db().$executeRawUnsafe(`UPDATE "${table}" SET ${set} WHERE "${column}"::text = $1`, id)
  await expect(change).rejects.toThrow(/violates check constraint/)
})

it('a rate within another never lets more pass, whatever the calls', () => {
  const rate = fc.record({
    limit: fc.integer({ min: 1, max: 20 }),
    windowSeconds: fc.integer({ min: 1, max: 20 }),
  })
  const most = ({ limit, windowSeconds }: RateLimit, seconds: number) =>
    limit * Math.ceil(seconds / windowSeconds)
  fc.assert(
    fc.property(rate, rate, (asked, bound) => {
      if (!rateWithin(asked, bound)) return
      // In one moment, and over any number of whole windows of both.
      expect(most(asked, 0.001)).toBeLessThanOrEqual(most(bound, 0.001))
      const both = asked.windowSeconds * bound.windowSeconds
      for (let i = 1; i < 5; i++) expect(most(asked, both * i)).toBeLessThanOrEqual(most(bound, both * i))
    }),
  )
})
