import type { Actor } from '@/lib/actor'
import { operatorActor } from '@/lib/auth/actor'
import { createApiKey, rotateApiKey, updateApiKey, validateApiKey } from '@/lib/auth/api-key'
import { db } from '@/lib/db/client'
import { NOWHERE } from '@/lib/actor'
import { defineAbility } from '@/lib/permissions/ability'
import { scopesOf } from '@/lib/permissions/scopes'
import type { ImportOptions } from '@/lib/import/run-import'
import { runImport } from '@/lib/import/run-import'
import { found, keyOf, oldToken, RULES, sha256 } from '../../support/importing'
import { actorOf, makeKey, makeServiceAccount, twoClubs, useDatabase, type Member } from '../../support/club'
import { demand } from '../../support/policy'

useDatabase()

const DAY_MS = 86_400_000
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS)

/** Somebody who has just signed in. */
function session(member: Member): Actor {
  const { clubId, userId, roles } = member
  const scopes = scopesOf(roles)
  const ability = defineAbility({ clubId, userId, roles, scopes, throughKey: false })
  const via = { kind: 'session', sessionId: userId, authenticatedAt: new Date() } as const
  return { clubId, userId, roles, scopes, ability, via, trace: NOWHERE }
}

async function setup(days: number | null = 30) {
  const { home } = await twoClubs()
  const expiresAt = days === null ? null : inDays(days)
  const key = await makeKey(home.coach, { expiresAt })
  const end = async (id = key.id) => (await db().apiKey.findUniqueOrThrow({ where: { id } })).expiresAt
  return { home, key, expiresAt, end, admin: session(home.admin), coach: session(home.coach) }
}
const change = (actor: Actor, { id }: { id: string }, expiresAt: Date | null) =>
  updateApiKey(actor, { id, expiresAt })

it('whoever may revoke a key brings its end forward, and it counts at once', async () => {
  for (const days of [30, null]) {
    const { home, key, admin, coach, end } = await setup(days)
    for (const [n, actor] of [admin, coach, key.actor, operatorActor(home.clubId, null, 'x')].entries()) {
      const earlier = inDays(20 - n)
      expect(await change(actor, key, earlier)).toMatchObject({ expiresAt: earlier.toISOString() })
      expect(await end()).toEqual(earlier)
    }
    await change(admin, key, new Date(Date.now() + 300))
    await new Promise((resolve) => setTimeout(resolve, 350))
    expect(await validateApiKey(key.token)).toMatchObject({ ok: false, reason: 'expired' })
    await expect(change(admin, key, inDays(1))).rejects.toMatchObject({ code: 'conflict' })
    const [event] = await db().auditEvent.findMany({ where: { targetId: key.id, action: 'api-key.update' } })
    expect(Object.keys(event?.changes as object)).toEqual(['expiresAt'])
  }
})

it('its owner lets it live longer, within the club’s policy; an admin does not', async () => {
  const { home, key, admin, coach, expiresAt, end } = await setup()
  await expect(change(admin, key, inDays(60))).rejects.toMatchObject({ code: 'forbidden' })
  const both = { id: key.id, expiresAt: inDays(60), name: 'other' }
  await expect(updateApiKey(admin, both)).rejects.toMatchObject({ code: 'forbidden' })
  await expect(change(coach, key, inDays(400))).rejects.toMatchObject({ errors: [{ path: 'expiresAt' }] })
  expect(await end()).toEqual(expiresAt)
  const later = inDays(60)
  await change(coach, key, later)
  expect(await end()).toEqual(later)
  await change(coach, key, null)
  expect(await end()).toBeNull()
  await demand(home.clubId, { allowNonExpiringKeys: false })
  await change(coach, key, inDays(300))
  await expect(change(coach, key, null)).rejects.toMatchObject({ errors: [{ path: 'expiresAt' }] })
})

it('of a service account’s key an admin who is signed in does', async () => {
  const { home, admin, coach } = await setup()
  const robot = await makeServiceAccount(home.clubId, ['COACH'])
  const key = await makeKey(robot, { scopes: ['practices:read'], expiresAt: inDays(5) })
  const later = inDays(50)
  await expect(change(coach, key, later)).rejects.toMatchObject({ code: 'not_found' })
  expect(await change(admin, key, later)).toMatchObject({ expiresAt: later.toISOString() })
})

it.each<[string, Partial<ImportOptions>, string | undefined, boolean]>([
  ['a guessable token', { allowWeak: true }, 'hunter2hunter2', true],
  ['a digest of which nobody said how strong it is', { kind: 'sha256', allowWeak: true }, undefined, true],
  ['a digest of 64 bits', { kind: 'sha256', minBits: 64, allowWeak: true }, undefined, true],
  ['a digest of 128 bits', { kind: 'sha256', minBits: 128 }, undefined, false],
  ['a strong token', {}, undefined, false],
])(
  'nobody lets an imported key with %s live longer than its import could',
  async (_, rules, token = oldToken(), weak) => {
    const { home, coach } = await setup()
    const operator = operatorActor(home.clubId, null, 'x')
    const cells = {
      token,
      digest: sha256(token).toString('hex'),
      owner: coach.userId!,
      expires: inDays(30).toISOString(),
    }
    const totals = await runImport(operator, found([cells]), { ...RULES, ...rules })
    expect(totals).toMatchObject({ imported: 1 })
    const key = await keyOf(token)
    const within = inDays(89)
    for (const actor of [coach, operator])
      for (const later of [null, inDays(91), inDays(300)])
        if (weak)
          await expect(change(actor, key, later)).rejects.toMatchObject({ errors: [{ path: 'expiresAt' }] })
        else
          expect(await change(actor, key, later)).toMatchObject({ expiresAt: later?.toISOString() ?? null })
    expect(await change(coach, key, within)).toMatchObject({ expiresAt: within.toISOString() })
    const next = await rotateApiKey(coach, { id: key.id, expiresAt: inDays(200) })
    expect(next).toMatchObject({ imported: false })
  },
)

it('a key lets neither itself nor another one live longer than itself, nor one that may more', async () => {
  const { home, key } = await setup()
  await expect(change(key.actor, key, inDays(60))).rejects.toMatchObject({ errors: [{ path: 'expiresAt' }] })
  const made = await createApiKey(key.actor, {
    name: 'made',
    scopes: ['practices:read'],
    expiresAt: inDays(5),
  })
  await expect(change(key.actor, made, inDays(31))).rejects.toMatchObject({ errors: [{ path: 'expiresAt' }] })
  await expect(change(key.actor, made, null)).rejects.toMatchObject({ errors: [{ path: 'expiresAt' }] })
  expect(await change(key.actor, made, inDays(29))).toMatchObject({ id: made.id })
  const weak = await makeKey(home.coach, { scopes: ['api-keys:write'], expiresAt: null })
  await expect(change(weak.actor, made, inDays(40))).rejects.toMatchObject({ code: 'insufficient_scope' })
})

it('is over for what has ended and for what was rotated; what is asked again changes nothing', async () => {
  const { key, coach, expiresAt } = await setup()
  expect(await change(coach, key, expiresAt)).toMatchObject({ expiresAt: expiresAt?.toISOString() })
  await expect(change(coach, key, new Date(Date.now() - 1))).rejects.toMatchObject({
    errors: [{ path: 'expiresAt' }],
  })
  await rotateApiKey(coach, { id: key.id, graceSeconds: 3600 })
  await expect(change(coach, key, inDays(20))).rejects.toMatchObject({ code: 'conflict' })
  expect(await change(coach, key, new Date(Date.now() + 60_000))).toMatchObject({ id: key.id })
  await actorOf(key.token)
  await updateApiKey(coach, { id: key.id, name: 'still there' })
})

it('needs a sign-in that is fresh', async () => {
  const { key, coach } = await setup()
  const old = { ...coach, via: { ...coach.via, authenticatedAt: new Date(Date.now() - 3_600_000) } } as Actor
  for (const to of [inDays(3), inDays(90)])
    await expect(change(old, key, to)).rejects.toMatchObject({ code: 'reauthentication_required' })
})
