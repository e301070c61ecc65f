import { updateClubPolicyBody } from '@/contracts/club-policy'
import type { Actor } from '@/lib/actor'
import { operatorActor } from '@/lib/auth/actor'
import { createApiKey, listApiKeys, rotateApiKey, updateApiKey, validateApiKey } from '@/lib/auth/api-key'
import { db } from '@/lib/db/client'
import { handOverKeys } from '@/lib/members/hand-over'
import { scopesOf } from '@/lib/permissions/scopes'
import { getClubPolicy } from '@/lib/policy/get-policy'
import { updateClubPolicy } from '@/lib/policy/update-policy'
import {
  makeKey,
  makeMember,
  makeServiceAccount,
  twoClubs,
  useDatabase,
  type Member,
} from '../../support/club'
import { membershipOf, sessionOf } from '../../support/sign-in'
import type { Scope } from '../../support/tenancy'
import { demand } from '../../support/policy'

useDatabase()

const DAY_MS = 24 * 3600 * 1000
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS)
const READ = { name: 'reads', scopes: ['practices:read' as const] }
const FORBIDDEN = { code: 'forbidden' }
const named = (path: string) => ({
  code: 'validation_failed',
  errors: [{ path, message: expect.any(String) }],
})

async function setup() {
  const { home, rival } = await twoClubs()
  const admin = await sessionOf(home.admin)
  const change = (body: object, actor: Actor = admin) =>
    updateClubPolicy(actor, updateClubPolicyBody.parse(body))
  return { home, rival, admin, change }
}
const operatorOf = ({ clubId, userId }: Member) => operatorActor(clubId, userId, 'test')

/** Whatever makes a key, or lets one do more, by somebody who is signed in. */
const makings: [string, (actor: Actor, id: string) => Promise<unknown>][] = [
  ['create', (actor) => createApiKey(actor, READ)],
  ['rotate', (actor, id) => rotateApiKey(actor, { id })],
  ['add a scope', (actor, id) => updateApiKey(actor, { id, scopes: ['practices:read', 'members:read'] })],
  ['enable', (actor, id) => updateApiKey(actor, { id, disabled: false })],
  ['let it live longer', (actor, id) => updateApiKey(actor, { id, expiresAt: inDays(300) })],
  ['let it never end', (actor, id) => updateApiKey(actor, { id, expiresAt: null })],
  ['open its addresses', (actor, id) => updateApiKey(actor, { id, allowedCidrs: null })],
  ['lift its limit', (actor, id) => updateApiKey(actor, { id, rateLimit: null })],
]
const BOUNDED = { allowedCidrs: ['10.0.0.0/8'], rateLimit: { limit: 5, windowSeconds: 60 } }

async function coachsKey(coach: Member, act: string) {
  const key = await makeKey(coach, { ...BOUNDED, scopes: ['practices:read'] })
  if (act === 'enable') await db().apiKey.update({ where: { id: key.id }, data: { disabledAt: new Date() } })
  return key.id
}

describe('which roles may make keys', () => {
  it.each(makings)('without the policy a coach may: %s', async (act, run) => {
    const { home } = await setup()
    await run(await sessionOf(home.coach), await coachsKey(home.coach, act))
  })

  it.each(makings)('who holds none of them may not: %s', async (act, run) => {
    const { home, change } = await setup()
    const id = await coachsKey(home.coach, act)
    const before = await db().apiKey.findMany({ where: { clubId: home.clubId }, orderBy: { id: 'asc' } })
    await change({ keyMakers: ['CLUB_ADMIN'] })
    await expect(run(await sessionOf(home.coach), id)).rejects.toMatchObject(FORBIDDEN)
    expect(await db().apiKey.findMany({ where: { clubId: home.clubId }, orderBy: { id: 'asc' } })).toEqual(
      before,
    )
  })

  it('one of several roles is enough, and through a key it is no other', async () => {
    const { home, change } = await setup()
    const both = await makeMember(home.clubId, ['COACH', 'ATHLETE'])
    const { actor } = await makeKey(both)
    await change({ keyMakers: ['ATHLETE'] })
    await createApiKey(await sessionOf(both), READ)
    await createApiKey(actor, READ)
    for (const lacking of [await sessionOf(home.coach), home.keys.coach.actor, home.keys.admin.actor])
      await expect(createApiKey(lacking, READ)).rejects.toMatchObject(FORBIDDEN)
    await expect(rotateApiKey(home.keys.coach.actor, { id: home.keys.coach.id })).rejects.toMatchObject(
      FORBIDDEN,
    )
  })

  it('taking away stays everybody’s: disable, narrow, shorten, revoke', async () => {
    const { home, change } = await setup()
    await change({ keyMakers: ['CLUB_ADMIN'], keyScopes: { COACH: [] }, minKeyDays: 30 })
    const { id } = home.keys.coach
    const coach = await sessionOf(home.coach)
    await updateApiKey(coach, { id, name: 'renamed', scopes: ['practices:read'], expiresAt: inDays(1) })
    await updateApiKey(coach, {
      id,
      allowedCidrs: ['10.0.0.0/8'],
      rateLimit: { limit: 1, windowSeconds: 60 },
    })
    expect(await updateApiKey(coach, { id, disabled: true })).toMatchObject({ status: 'disabled' })
  })

  it('an operator makes keys for whom they name, and for service accounts', async () => {
    const { home, change } = await setup()
    const account = await makeServiceAccount(home.clubId, ['COACH'])
    await change({ keyMakers: ['CLUB_ADMIN'] })
    await expect(createApiKey(operatorOf(home.coach), READ)).rejects.toMatchObject(FORBIDDEN)
    await createApiKey(operatorOf(account), READ)
  })

  it('an admin who may not make keys can still say that they may', async () => {
    const { home, admin, change } = await setup()
    await change({ keyMakers: ['ATHLETE'], keyScopes: { CLUB_ADMIN: [] } })
    await expect(createApiKey(admin, READ)).rejects.toMatchObject(FORBIDDEN)
    await change({ keyMakers: null, keyScopes: null })
    await createApiKey(await sessionOf(home.admin), READ)
  })

  it('what the database holds of roles that are gone lets nobody in, and admins mend it', async () => {
    const { home, admin, change } = await setup()
    const data = { keyMakers: ['TREASURER'], keyScopes: { TREASURER: ['books:read'], COACH: 'all' } }
    await demand(home.clubId, data)
    await expect(createApiKey(admin, READ)).rejects.toMatchObject(FORBIDDEN)
    expect(await getClubPolicy(admin)).toMatchObject({ keyMakers: [], keyScopes: { COACH: [] } })
    expect(await change({ keyMakers: null })).toMatchObject({ keyMakers: null, keyScopes: { COACH: [] } })
  })
})

describe('which scopes a role may put into a key', () => {
  const BOUND = { keyScopes: { COACH: ['practices:read'], CLUB_ADMIN: ['audit:read'] } }
  const WRITE = { name: 'writes', scopes: ['practices:read', 'practices:write'] satisfies Scope[] }

  it('those and no other, however the key is made or widened', async () => {
    const { home, change } = await setup()
    const wide = await makeKey(home.coach, WRITE)
    const narrow = await makeKey(home.coach, READ)
    await change(BOUND)
    const coach = await sessionOf(home.coach)
    await createApiKey(coach, READ)
    await rotateApiKey(coach, { id: narrow.id })
    const all = scopesOf(['COACH'])
    const acts = [
      () => createApiKey(coach, WRITE),
      () => createApiKey(home.keys.coach.actor, WRITE),
      () => createApiKey(operatorOf(home.coach), WRITE),
      () => rotateApiKey(coach, { id: wide.id }),
      () => rotateApiKey(home.keys.coach.actor, { id: home.keys.coach.id }),
      () => rotateApiKey(operatorOf(home.coach), { id: wide.id }),
      () => updateApiKey(coach, { id: wide.id, expiresAt: null }),
      () => updateApiKey(coach, { id: narrow.id, scopes: WRITE.scopes }),
      () => updateApiKey(coach, { id: home.keys.coach.id, scopes: all, expiresAt: null }),
    ]
    for (const act of acts)
      await expect(act()).rejects.toMatchObject({
        ...FORBIDDEN,
        message: expect.stringContaining('practices:write'),
      })
  })

  it('of several roles together; a role that is not named puts in all that it grants', async () => {
    const { home, change } = await setup()
    await change(BOUND)
    const both = await makeMember(home.clubId, ['COACH', 'CLUB_ADMIN'])
    await createApiKey(await sessionOf(both), { name: 'both', scopes: ['practices:read', 'audit:read'] })
    await expect(
      createApiKey(await sessionOf(both), { name: 'both', scopes: ['members:read'] }),
    ).rejects.toMatchObject(FORBIDDEN)
    await createApiKey(await sessionOf(home.athlete), { name: 'all', scopes: scopesOf(['ATHLETE']) })
  })

  it('a service account is no way around it, nor is handing over', async () => {
    const { home, change } = await setup()
    const admin = await makeMember(home.clubId, ['CLUB_ADMIN', 'COACH'])
    const account = await makeServiceAccount(home.clubId, ['COACH'])
    const wide = await makeKey(home.coach, WRITE)
    // Admins hold no write themselves: whoever does by another role is bound by that one.
    await change({ keyScopes: { COACH: ['practices:read'] } })
    const session = await sessionOf(admin)
    await createApiKey(session, { ...READ, ownerId: account.userId })
    await expect(createApiKey(session, { ...WRITE, ownerId: account.userId })).rejects.toMatchObject(
      FORBIDDEN,
    )
    const { id } = await membershipOf(home.coach)
    await expect(
      handOverKeys(session, { id, keyIds: [wide.id], serviceAccountId: account.id, graceSeconds: 0 }),
    ).rejects.toMatchObject({ ...FORBIDDEN, errors: [{ path: 'keyIds.0' }] })
    expect(await validateApiKey(wide.token)).toMatchObject({ ok: true })
  })

  it('refuses scopes that the role does not grant, and roles that there are not', () => {
    const paths = (body: object) =>
      updateClubPolicyBody.safeParse(body).error?.issues.map(({ path }) => path.join('.'))
    expect(paths({ keyScopes: { ATHLETE: ['practices:write'] } })).toEqual(['keyScopes.ATHLETE.0'])
    expect(paths({ keyScopes: { COACH: ['practices:read', 'practices:read'] } })).toEqual(['keyScopes.COACH'])
    expect(paths({ keyScopes: { TREASURER: [] } })).toEqual(['keyScopes.TREASURER'])
    expect(paths(JSON.parse('{"keyScopes":{"constructor":[]}}') as object)).toEqual(['keyScopes.constructor'])
    expect(paths({ keyMakers: [] })).toEqual(['keyMakers'])
    expect(paths({ keyMakers: ['TREASURER'] })).toEqual(['keyMakers.0'])
  })
})

describe('the shortest life of a key', () => {
  it('counts for what is asked, for what is usual, and from when a key was made', async () => {
    const { home, change } = await setup()
    const old = await makeKey(home.coach, { expiresAt: inDays(2) })
    await change({ minKeyDays: 30 })
    const coach = await sessionOf(home.coach)
    await expect(createApiKey(coach, { ...READ, expiresAt: inDays(29) })).rejects.toMatchObject(
      named('expiresAt'),
    )
    await createApiKey(coach, { ...READ, expiresAt: inDays(30.01) })
    await expect(updateApiKey(coach, { id: old.id, expiresAt: inDays(10) })).rejects.toMatchObject(
      named('expiresAt'),
    )
    await db()
      .$executeRaw`UPDATE "ApiKey" SET "createdAt" = now() - interval '25 days' WHERE "id" = ${old.id}::uuid`
    await updateApiKey(coach, { id: old.id, expiresAt: inDays(10) })
    // Two days are its usual life: brought up to the shortest.
    const short = await makeKey(home.athlete, { expiresAt: inDays(40) })
    await db()
      .$executeRaw`UPDATE "ApiKey" SET "expiresAt" = now() + interval '2 days' WHERE "id" = ${short.id}::uuid`
    const { expiresAt } = await rotateApiKey(await sessionOf(home.athlete), { id: short.id })
    expect(Math.abs(Date.parse(expiresAt ?? '') - inDays(30).getTime())).toBeLessThan(60_000)
  })

  it('a key that ends sooner makes none', async () => {
    const { home, change } = await setup()
    const { actor, id } = await makeKey(home.coach, { expiresAt: inDays(10) })
    await change({ minKeyDays: 30 })
    await expect(createApiKey(actor, READ)).rejects.toMatchObject(named('expiresAt'))
    await expect(rotateApiKey(actor, { id })).rejects.toMatchObject(named('expiresAt'))
    // One that never ends would get the end of the key that rotates it.
    const endless = await makeKey(home.coach)
    await db().apiKey.update({ where: { id: endless.id }, data: { expiresAt: null } })
    await expect(rotateApiKey(actor, { id: endless.id })).rejects.toMatchObject(named('expiresAt'))
    expect((await rotateApiKey(await sessionOf(home.coach), { id: endless.id })).expiresAt).toBeNull()
  })

  it('is no longer than the usual life', async () => {
    const { change } = await setup()
    await expect(change({ minKeyDays: 91 })).rejects.toMatchObject(named('minKeyDays'))
    await change({ minKeyDays: 60 })
    await expect(change({ defaultKeyDays: 59 })).rejects.toMatchObject(named('defaultKeyDays'))
    expect(
      updateClubPolicyBody.safeParse({ minKeyDays: 9, defaultKeyDays: 8 }).error?.issues[0]?.path,
    ).toEqual(['minKeyDays'])
  })
})

describe('keys from before a stricter policy', () => {
  it('go on, and are named, to their owners’ club alone', async () => {
    const { home, rival, admin, change } = await setup()
    const account = await makeServiceAccount(home.clubId, ['COACH'])
    await makeKey(account, { name: 'robot', scopes: ['practices:read'] })
    const wide = await makeKey(home.coach, { name: 'wide', scopes: ['practices:write'] })
    const bodies = [{ keyMakers: ['CLUB_ADMIN'] }, { keyScopes: { COACH: ['practices:read'], ATHLETE: [] } }]
    const [makers, scopes] = await Promise.all(bodies.map((body) => change({ ...body, preview: true })))
    const outside = [home.keys.coach.id, home.keys.athlete.id, wide.id].sort()
    const ids = (found: typeof makers) => found?.outside.keys.first.map(({ id }) => id).sort()
    expect(ids(makers)).toEqual(outside)
    expect(ids(scopes)).toEqual(outside)
    await change({ ...bodies[0], ...bodies[1] })
    expect((await getClubPolicy(admin)).outside.keys.count).toBe(3)
    const { data } = await listApiKeys(admin, { limit: 10, policy: 'outside' })
    expect(data.map(({ id }) => id).sort()).toEqual(outside)
    expect((await getClubPolicy(await sessionOf(rival.admin))).outside.keys.count).toBe(0)
    for (const { token } of [wide, home.keys.coach])
      expect(await validateApiKey(token)).toMatchObject({ ok: true })
  })

  it('is on record with before and after, and a policy that says the same is none', async () => {
    const { home, change } = await setup()
    await change({
      keyMakers: ['COACH', 'CLUB_ADMIN'],
      keyScopes: { COACH: ['members:read', 'practices:read'] },
    })
    await change({
      keyMakers: ['CLUB_ADMIN', 'COACH'],
      keyScopes: { COACH: ['practices:read', 'members:read'] },
    })
    await change({ keyScopes: {} })
    const rows = await db().auditEvent.findMany({
      where: { clubId: home.clubId, action: 'club.policy' },
      orderBy: { id: 'asc' },
    })
    const bound = { COACH: ['practices:read', 'members:read'] }
    expect(rows.map(({ changes }) => changes)).toEqual([
      { keyMakers: { from: null, to: ['CLUB_ADMIN', 'COACH'] }, keyScopes: { from: null, to: bound } },
      { keyScopes: { from: bound, to: null } },
    ])
  })
})
