import { randomUUID } from 'node:crypto'
import { revokeApiKeysBody } from '@/contracts/api-key-revocation'
import { handOverBody } from '@/contracts/hand-over'
import type { Actor } from '@/lib/actor'
import { operatorActor } from '@/lib/auth/actor'
import {
  createApiKey,
  getApiKey,
  revokeApiKey,
  revokeApiKeys,
  rotateApiKey,
  updateApiKey,
  validateApiKey,
} from '@/lib/auth/api-key'
import { db } from '@/lib/db/client'
import { Refusal } from '@/lib/errors'
import { handOverKeys } from '@/lib/members/hand-over'
import { removeMember } from '@/lib/members/remove'
import { updateServiceAccount } from '@/lib/service-accounts/update'
import { atOnce } from '../../support/at-once'
import { makeKey, makeMember, makeServiceAccount, twoClubs, useDatabase } from '../../support/club'
import { membershipOf, sessionOf, setMembership } from '../../support/sign-in'
import { countStatements } from '../../support/statements'
import type { Scope } from '../../support/tenancy'
import { demand } from '../../support/policy'

const database = useDatabase()

const HOUR = 3600

async function setup() {
  const { home, rival } = await twoClubs()
  const both = await makeMember(home.clubId, ['CLUB_ADMIN', 'COACH'])
  const account = await makeServiceAccount(home.clubId, ['CLUB_ADMIN', 'COACH'], 'robot')
  const coach = await membershipOf(home.coach)
  const admin = await sessionOf(both)
  const hand = (
    keyIds: string[],
    options: { actor?: Actor; of?: string; to?: string; graceSeconds?: number } = {},
  ) => {
    const { actor = admin, of = coach.id, to = account.id, ...rest } = options
    return handOverKeys(actor, { id: of, ...handOverBody.parse({ keyIds, serviceAccountId: to, ...rest }) })
  }
  return { home, rival, account, coach, admin, justAdmin: await sessionOf(home.admin), hand }
}

const allKeys = (clubId: string) => db().apiKey.findMany({ where: { clubId }, orderBy: { id: 'asc' } })
const refusalOf = (act: Promise<unknown>): Promise<Refusal> =>
  act.then(
    () => Promise.reject(new Error('nothing was refused')),
    (error: unknown) => (error instanceof Refusal ? error : Promise.reject(error as Error)),
  )

it('gives the job to new keys of the service account; the old ones end after the grace, on record', async () => {
  const { home, account, hand } = await setup()
  const expiresAt = new Date(Date.now() + 30 * 24 * HOUR * 1000)
  const old = await makeKey(home.coach, {
    name: 'scoreboard',
    scopes: ['practices:read', 'practices:write'],
    expiresAt,
  })
  const second = await makeKey(home.coach, { name: 'backup', scopes: ['members:read'] })
  const { keys } = await hand([second.id, old.id], { graceSeconds: HOUR })
  expect(keys.map(({ name }) => name)).toEqual(['backup', 'scoreboard'])
  const [, heir] = keys
  expect(heir).toMatchObject({
    owner: { id: account.userId, kind: 'service', name: 'robot' },
    scopes: ['practices:read', 'practices:write'],
    rotatedFromId: old.id,
    createdByKeyId: null,
  })
  expect(Math.abs(Date.parse(heir!.expiresAt!) - expiresAt.getTime())).toBeLessThan(5_000)
  for (const { key } of keys)
    expect(await validateApiKey(key)).toMatchObject({ ok: true, key: { userId: account.userId } })
  expect(await validateApiKey(old.token)).toMatchObject({ ok: true })
  const { replacedById, expiresAt: ends } = await db().apiKey.findUniqueOrThrow({ where: { id: old.id } })
  expect(replacedById).toBe(heir!.id)
  expect(Math.abs(ends!.getTime() - Date.now() - HOUR * 1000)).toBeLessThan(5_000)
  const events = await db().auditEvent.findMany({
    where: { targetId: { in: [old.id, heir!.id] } },
    orderBy: { id: 'asc' },
  })
  expect(events.map(({ action, targetId }) => [action, targetId])).toEqual([
    ['api-key.create', old.id],
    ['api-key.create', heir!.id],
    ['api-key.hand-over', old.id],
  ])
})

it('with no grace the old key stops at once; removing the member ends a grace, not the heir', async () => {
  const { home, coach, admin, hand } = await setup()
  const [now, later] = [await makeKey(home.coach), await makeKey(home.coach)]
  await hand([now.id], { graceSeconds: 0 })
  expect(await validateApiKey(now.token)).toMatchObject({ ok: false, reason: 'expired' })
  const { keys } = await hand([later.id])
  expect(await validateApiKey(later.token)).toMatchObject({ ok: true })
  await removeMember(admin, { id: coach.id })
  expect(await validateApiKey(later.token)).toMatchObject({ ok: false, reason: 'revoked' })
  expect(await validateApiKey(keys[0]!.key)).toMatchObject({ ok: true })
})

it('hands on what the old key can do now: a right that its owner has lost does not come back', async () => {
  const { home, hand } = await setup()
  const demoted = await makeKey(home.coach, { scopes: ['practices:read', 'practices:write'] })
  const useless = await makeKey(home.coach, { scopes: ['practices:write'] })
  await setMembership(home.coach, { roles: ['ATHLETE'] })
  const { keys } = await hand([demoted.id])
  expect(keys[0]!.scopes).toEqual(['practices:read'])
  expect(await refusalOf(hand([useless.id]))).toMatchObject({
    code: 'conflict',
    errors: [{ path: 'keyIds.0' }],
  })
})

it('works for a suspended member, too', async () => {
  const { home, hand } = await setup()
  const key = await makeKey(home.coach, { scopes: ['practices:read'] })
  await setMembership(home.coach, { status: 'SUSPENDED' })
  expect((await hand([key.id])).keys).toMatchObject([{ scopes: ['practices:read'] }])
})

it('keeps within the roles of the admin and of the account, names every key that does not, and applies nothing', async () => {
  const { home, justAdmin, hand } = await setup()
  const fine = await makeKey(home.coach, { name: 'fine', scopes: ['practices:read'] })
  const beyond = [
    await makeKey(home.coach, { name: 'writes', scopes: ['practices:write'] }),
    await makeKey(home.coach, { name: 'also writes', scopes: ['practices:read', 'practices:write'] }),
  ]
  const ids = [fine, ...beyond].map(({ id }) => id)
  const before = [await allKeys(home.clubId), await db().auditEvent.count()]
  const ofAdmin = await refusalOf(hand(ids, { actor: justAdmin }))
  expect(ofAdmin).toMatchObject({
    code: 'forbidden',
    message: 'Nothing was handed over.',
    scope: ['practices:write'],
  })
  expect(ofAdmin.errors).toEqual([
    { path: 'keyIds.1', message: expect.stringContaining('“writes”') },
    { path: 'keyIds.2', message: expect.stringContaining('“also writes”') },
  ])
  const athlete = await makeServiceAccount(home.clubId, ['ATHLETE'])
  const ofAccount = await refusalOf(hand(ids, { to: athlete.id }))
  expect(ofAccount).toMatchObject({ code: 'forbidden', errors: [{ path: 'keyIds.1' }, { path: 'keyIds.2' }] })
  const audits = await db().auditEvent.count({
    where: { action: 'service-account.create', changes: { path: ['userId', 'to'], equals: athlete.userId } },
  })
  expect([await allKeys(home.clubId), (await db().auditEvent.count()) - audits]).toEqual(before)
})

it.each([
  ['the first', 0],
  ['the last', 2],
] as const)('writes nothing at all, not even to undo it, where %s of the keys cannot go', async (_, at) => {
  const { home, justAdmin, hand } = await setup()
  const scopes: Scope[] = ['practices:read']
  const keys = [await makeKey(home.coach, { scopes }), await makeKey(home.coach, { scopes })]
  keys.splice(at, 0, await makeKey(home.coach, { name: 'writes', scopes: ['practices:write'] }))
  const ids = keys.map(({ id }) => id)
  const before = [await allKeys(home.clubId), await db().auditEvent.count()]
  let refused: Refusal | undefined
  const written = await countStatements(
    database.directUrl(),
    async () => (refused = await refusalOf(hand(ids, { actor: justAdmin }))),
    'INSERT%',
  )
  expect(refused).toMatchObject({
    code: 'forbidden',
    message: 'Nothing was handed over.',
    errors: [{ path: `keyIds.${at}`, message: expect.stringContaining('“writes”') }],
  })
  expect(written).toBe(0)
  expect([await allKeys(home.clubId), await db().auditEvent.count()]).toEqual(before)
  // The count sees what is written.
  expect(await countStatements(database.directUrl(), () => hand(ids), 'INSERT%')).toBeGreaterThan(0)
})

it('names each key that would be one too many, counting those that go before it', async () => {
  const { home, account, admin, hand } = await setup()
  const scopes: Scope[] = ['practices:read']
  const keys = [1, 2, 3].map(() => makeKey(home.coach, { scopes }))
  const ids = (await Promise.all(keys)).map(({ id }) => id)
  await createApiKey(admin, { name: 'its one', scopes, ownerId: account.userId })
  await demand(home.clubId, { maxLiveKeysPerMember: 3 })
  expect(await refusalOf(hand(ids))).toMatchObject({ code: 'conflict', errors: [{ path: 'keyIds.2' }] })
  expect((await hand(ids.slice(0, 2))).keys).toHaveLength(2)
  expect(await refusalOf(hand(ids.slice(2)))).toMatchObject({ code: 'conflict' })
})

it('answers a foreign, a missing, a mate’s and a dead key in one and the same words, and applies nothing', async () => {
  const { home, rival, admin, hand } = await setup()
  const fine = await makeKey(home.coach)
  const revoked = await makeKey(home.coach)
  await revokeApiKey(admin, { id: revoked.id })
  const before = await allKeys(home.clubId)
  const messages = new Set<string>()
  for (const id of [
    rival.keys.coach.id,
    home.keys.athlete.id,
    home.keys.admin.id,
    revoked.id,
    rival.clubId,
    randomUUID(),
  ]) {
    const { code, errors } = await refusalOf(hand([fine.id, id]))
    expect({ code, paths: errors?.map(({ path }) => path) }).toEqual({
      code: 'validation_failed',
      paths: ['keyIds.1'],
    })
    messages.add(JSON.stringify(errors))
  }
  expect(messages.size).toBe(1)
  expect(await allKeys(home.clubId)).toEqual(before)
})

it('goes to an active service account of the club, and to nothing else', async () => {
  const { home, rival, admin, hand } = await setup()
  const { id } = await makeKey(home.coach, { scopes: ['practices:read'] })
  const suspended = await makeServiceAccount(home.clubId, ['COACH'])
  await updateServiceAccount(admin, { id: suspended.id, status: 'SUSPENDED' })
  const theirs = await makeServiceAccount(rival.clubId, ['COACH'])
  const messages = new Set<string>()
  for (const to of [
    theirs.id,
    suspended.id,
    suspended.userId,
    (await membershipOf(home.admin)).id,
    randomUUID(),
  ]) {
    const { code, errors } = await refusalOf(hand([id], { to }))
    expect({ code, path: errors?.[0]?.path }).toEqual({ code: 'validation_failed', path: 'serviceAccountId' })
    messages.add(JSON.stringify(errors))
  }
  expect(messages.size).toBe(1)
})

it('is for the club’s admins who are freshly signed in, about its people; no key does it', async () => {
  const { home, rival, account, hand } = await setup()
  const { id } = await makeKey(home.coach, { scopes: ['practices:read'] })
  const others = [
    await sessionOf(home.coach),
    await sessionOf(home.athlete),
    home.keys.admin.actor,
    await sessionOf(rival.admin),
  ]
  for (const actor of others)
    expect(await refusalOf(hand([id], { actor }))).toMatchObject({ code: 'not_found' })
  expect(await refusalOf(hand([id], { actor: await sessionOf(home.admin, 15.1) }))).toMatchObject({
    code: 'reauthentication_required',
  })
  for (const of of [account.id, (await membershipOf(rival.coach)).id, home.coach.userId, randomUUID()])
    expect(await refusalOf(hand([id], { of }))).toMatchObject({ code: 'not_found' })
  const operator = operatorActor(home.clubId, null, 'operator:test')
  expect((await hand([id], { actor: operator })).keys).toHaveLength(1)
})

it('names keys that are disabled, replaced already, or one more than the account may have', async () => {
  const { home, admin, account, hand } = await setup()
  const scopes: Scope[] = ['practices:read']
  const [disabled, rotated, fine] = [
    await makeKey(home.coach),
    await makeKey(home.coach),
    await makeKey(home.coach, { scopes }),
  ]
  await updateApiKey(admin, { id: disabled.id, disabled: true })
  await rotateApiKey(rotated.actor, { id: rotated.id })
  expect(await refusalOf(hand([fine.id, disabled.id, rotated.id]))).toMatchObject({
    code: 'conflict',
    errors: [
      { path: 'keyIds.1', message: expect.stringContaining('disabled') },
      { path: 'keyIds.2', message: expect.stringContaining('rotated already') },
    ],
  })
  await demand(home.clubId, { maxLiveKeysPerMember: 1 })
  await createApiKey(admin, { name: 'its one', scopes, ownerId: account.userId })
  expect(await refusalOf(hand([fine.id]))).toMatchObject({
    code: 'conflict',
    errors: [{ message: expect.stringContaining('1 live key,') }],
  })
})

it('G11: of rotations and handovers at once exactly one wins', async () => {
  const { home, hand } = await setup()
  const key = await makeKey(home.coach)
  const outcomes = await atOnce(20, (i) =>
    (i % 2 ? hand([key.id]) : rotateApiKey(key.actor, { id: key.id })).then(
      () => 'won',
      (error: { code: string }) => error.code,
    ),
  )
  expect(outcomes.filter((outcome) => outcome === 'won')).toHaveLength(1)
  expect(new Set(outcomes)).toEqual(new Set(['won', 'conflict']))
  expect(await db().apiKey.count({ where: { rotatedFromId: key.id } })).toBe(1)
})

it('waits for a bulk revocation of both sides’ keys instead of holding it up', async () => {
  const { home, account, admin, hand } = await setup()
  // The member's membership is younger than the account's: whoever locks them one by one locks them in the
  // other order.
  const late = await makeMember(home.clubId, ['COACH'])
  const { id: of } = await membershipOf(late)
  const scopes: Scope[] = ['practices:read']
  for (let round = 0; round < 15; round++) {
    const [key, other] = [await makeKey(late), await makeKey(late)]
    const { id } = await createApiKey(admin, { name: 'robot’s', scopes, ownerId: account.userId })
    const acts = [
      hand([key.id], { of }),
      revokeApiKeys(admin, revokeApiKeysBody.parse({ ids: [id, other.id] })),
    ]
    const outcomes = await Promise.allSettled<unknown>(acts)
    expect(
      outcomes.map((outcome) => (outcome.status === 'rejected' ? String(outcome.reason) : 'done')),
    ).toEqual(['done', 'done'])
  }
}, 60_000)

it('takes as many keys as may be asked for at once', async () => {
  const { home, account, admin, hand } = await setup()
  const ids: string[] = []
  for (let i = 0; i < 50; i++)
    ids.push((await makeKey(home.coach, { name: `key ${i}`, scopes: ['practices:read'] })).id)
  const { keys } = await hand(ids)
  expect(keys.map(({ rotatedFromId }) => rotatedFromId)).toEqual(ids)
  expect(new Set(keys.map(({ key }) => key)).size).toBe(50)
  expect(await getApiKey(admin, { id: ids[49]! })).toMatchObject({ replacedById: keys[49]!.id })
  expect(await db().apiKey.count({ where: { userId: account.userId, revokedAt: null } })).toBe(50)
}, 60_000)
