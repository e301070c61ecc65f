import {
  createApiKey,
  getApiKey,
  revokeApiKey,
  rotateApiKey,
  updateApiKey,
  validateApiKey,
} from '@/lib/auth/api-key'
import type { Actor } from '@/lib/actor'
import { operatorActor } from '@/lib/auth/actor'
import { db } from '@/lib/db/client'
import { flushUses, recordScopeUse } from '@/lib/usage/record'
import { actorOf, makeClub, makeKey, makeMember, twoClubs, useDatabase } from '../../support/club'
import { sessionOf } from '../../support/sign-in'
import type { Scope } from '../../support/tenancy'

useDatabase()

const DAY_MS = 24 * 3600 * 1000
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS)
const scopesOf = async (id: string) => (await db().apiKey.findUniqueOrThrow({ where: { id } })).scopes

async function setup() {
  const { home, rival } = await twoClubs()
  const key = await makeKey(home.coach, { scopes: ['practices:read', 'practices:write', 'api-keys:write'] })
  return { home, rival, key, coach: await sessionOf(home.coach), admin: await sessionOf(home.admin) }
}

describe('narrowing a key', () => {
  it('is for its owner, an admin who is signed in, and the key itself; takes effect at once and stands on record', async () => {
    const { key, coach, admin } = await setup()
    await updateApiKey(coach, { id: key.id, scopes: ['practices:read', 'api-keys:write'] })
    expect(await validateApiKey(key.token)).toMatchObject({
      key: { scopes: ['practices:read', 'api-keys:write'] },
    })
    await updateApiKey(admin, { id: key.id, scopes: ['api-keys:write'] })
    expect(await scopesOf(key.id)).toEqual(['api-keys:write'])
    const row = await db().auditEvent.findFirstOrThrow({
      where: { targetId: key.id, action: 'api-key.update' },
      orderBy: { id: 'asc' },
    })
    expect(row.changes).toEqual({
      scopes: {
        from: ['practices:read', 'practices:write', 'api-keys:write'],
        to: ['practices:read', 'api-keys:write'],
      },
    })
  })

  it('needs none of the scopes that stay', async () => {
    const { home, key } = await setup()
    const weak = await makeKey(home.coach, { scopes: ['api-keys:write'] })
    await updateApiKey(weak.actor, { id: key.id, scopes: ['practices:write'] })
    await updateApiKey(await sessionOf(home.coach), {
      id: key.id,
      name: 'old friend',
      scopes: ['practices:write'],
    })
    expect(await scopesOf(key.id)).toEqual(['practices:write'])
  })

  it('leaves a key that is narrowed meanwhile nothing more to hand out', async () => {
    const { key, coach } = await setup()
    await updateApiKey(coach, { id: key.id, scopes: ['api-keys:write'] })
    await expect(createApiKey(key.actor, { name: 'x', scopes: ['practices:read'] })).rejects.toMatchObject({
      code: 'insufficient_scope',
    })
    await expect(
      updateApiKey(key.actor, { id: key.id, scopes: ['practices:read', 'api-keys:write'] }),
    ).rejects.toMatchObject({
      code: 'insufficient_scope',
    })
  })
})

describe('widening a key', () => {
  const all: Scope[] = ['practices:read', 'practices:write', 'members:read', 'api-keys:write']

  it('is for whoever holds every resulting scope themselves', async () => {
    const { key, coach } = await setup()
    expect(await updateApiKey(coach, { id: key.id, scopes: all })).toMatchObject({ scopes: all })
  })

  it.each<[string, Scope[], string]>([
    [
      'a scope that the key which asks does not hold',
      ['practices:read', 'members:read'],
      'insufficient_scope',
    ],
    ['one that nobody of its owner’s roles holds', ['practices:read', 'audit:read'], 'forbidden'],
  ])('refuses a key that widens itself by %s, and changes nothing', async (_, scopes, code) => {
    const { key } = await setup()
    await expect(updateApiKey(key.actor, { id: key.id, name: 'stronger', scopes })).rejects.toMatchObject({
      code,
    })
    const row = await db().apiKey.findUniqueOrThrow({ where: { id: key.id } })
    expect(row).toMatchObject({
      name: 'test key',
      scopes: ['practices:read', 'practices:write', 'api-keys:write'],
    })
  })

  it('refuses a key that widens another one which outlives it', async () => {
    const { home } = await setup()
    const forever = await makeKey(home.coach, { scopes: ['practices:read'], expiresAt: null })
    const widening = updateApiKey(home.keys.coach.actor, {
      id: forever.id,
      scopes: ['practices:read', 'practices:write'],
    })
    await expect(widening).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('refuses a coach who takes an admin’s scope, and an admin who gives a coach’s key what only the admin or only the coach has', async () => {
    const { key, coach, admin } = await setup()
    const refused = (actor: typeof coach, scopes: Scope[]) =>
      expect(updateApiKey(actor, { id: key.id, scopes })).rejects.toMatchObject({ code: 'forbidden' })
    await refused(coach, ['practices:read', 'audit:read'])
    // Every scope is the admin's own, but the coach's roles do not grant it.
    await refused(admin, ['practices:read', 'audit:read'])
    // The coach's roles grant it, but the key keeps a scope that the admin does not hold.
    await refused(admin, ['practices:write', 'members:read'])
    expect(await scopesOf(key.id)).toEqual(['practices:read', 'practices:write', 'api-keys:write'])
    await updateApiKey(admin, { id: key.id, scopes: ['practices:read', 'members:read'] })
  })

  it('refuses an operator what the owner’s live roles do not grant', async () => {
    const { home, key } = await setup()
    const operator = operatorActor(home.clubId, null, 'test')
    await expect(updateApiKey(operator, { id: key.id, scopes: ['audit:read'] })).rejects.toMatchObject({
      code: 'forbidden',
    })
  })

  it('wants a fresh sign-in, and so does enabling', async () => {
    const { home, key, coach } = await setup()
    const stale = await sessionOf(home.coach, 60)
    await expect(updateApiKey(stale, { id: key.id, scopes: all })).rejects.toMatchObject({
      code: 'reauthentication_required',
    })
    await updateApiKey(coach, { id: key.id, disabled: true })
    await expect(updateApiKey(stale, { id: key.id, disabled: false })).rejects.toMatchObject({
      code: 'reauthentication_required',
    })
  })

  it('enables a stronger key with what is left of it, in one step', async () => {
    const { home, key, coach } = await setup()
    await updateApiKey(coach, { id: key.id, disabled: true })
    const weak = await makeKey(home.coach, {
      scopes: ['practices:read', 'api-keys:write'],
      expiresAt: inDays(200),
    })
    await expect(updateApiKey(weak.actor, { id: key.id, disabled: false })).rejects.toMatchObject({
      code: 'insufficient_scope',
    })
    await updateApiKey(weak.actor, { id: key.id, disabled: false, scopes: ['practices:read'] })
    expect(await validateApiKey(key.token)).toMatchObject({ ok: true, key: { scopes: ['practices:read'] } })
  })

  it('of another club’s key, or a revoked one, is not to be had', async () => {
    const { key, rival, coach, admin } = await setup()
    await expect(
      updateApiKey(admin, { id: rival.keys.coach.id, scopes: ['practices:read'] }),
    ).rejects.toMatchObject({ code: 'not_found' })
    await revokeApiKey(coach, { id: key.id })
    await expect(updateApiKey(coach, { id: key.id, scopes: ['practices:read'] })).rejects.toMatchObject({
      code: 'conflict',
    })
  })
})

describe('unused scopes', () => {
  const unused = async (id: string, actor: Actor) => (await getApiKey(actor, { id })).unusedScopes
  async function old(days: number) {
    const coach = await makeMember((await makeClub()).id, ['COACH'])
    const key = await makeKey(coach, {
      scopes: ['practices:read', 'practices:write', 'members:read'],
      expiresAt: null,
    })
    await db().apiKey.update({ where: { id: key.id }, data: { scopesSince: inDays(-days) } })
    return { coach, key, session: await sessionOf(coach) }
  }

  it('are those that no call has needed for 90 days', async () => {
    const { key, session } = await old(91)
    const [before, after] = [inDays(-90.1).getTime(), inDays(-89.9).getTime()]
    const now = jest.spyOn(Date, 'now').mockReturnValue(before)
    recordScopeUse(key.id, 'practices:write')
    now.mockReturnValue(after)
    recordScopeUse(key.id, 'practices:read')
    now.mockRestore()
    await flushUses()
    expect(await unused(key.id, session)).toEqual(['practices:write', 'members:read'])
  })

  it('are not known of a key that is younger, or that was given a scope since', async () => {
    const young = await old(89)
    expect(await unused(young.key.id, young.session)).toEqual([])
    const { key, session } = await old(200)
    await updateApiKey(session, { id: key.id, scopes: ['practices:read', 'members:read'] })
    expect(await unused(key.id, session)).toEqual(['practices:read', 'members:read'])
    await updateApiKey(session, { id: key.id, scopes: ['practices:read', 'practices:write', 'members:read'] })
    expect(await unused(key.id, session)).toEqual([])
  })

  it('go in one step', async () => {
    const { key, session } = await old(100)
    recordScopeUse(key.id, 'practices:read')
    await flushUses()
    const { scopes, unusedScopes } = await getApiKey(session, { id: key.id })
    const kept = scopes.filter((scope) => !unusedScopes.includes(scope))
    expect(await updateApiKey(session, { id: key.id, scopes: kept })).toMatchObject({
      scopes: ['practices:read'],
      unusedScopes: [],
    })
  })

  it('are of no interest in a key that is dead', async () => {
    const { key, session } = await old(100)
    await rotateApiKey(session, { id: key.id, graceSeconds: 0 })
    expect(await unused(key.id, session)).toEqual([])
  })
})

it('G4: demoting an owner takes scopes from their keys at the next use', async () => {
  const { home, key } = await setup()
  const where = { clubId_userId: { clubId: home.clubId, userId: home.coach.userId } }
  await db().membership.update({ where, data: { roles: ['ATHLETE'] } })
  expect((await actorOf(key.token)).scopes).toEqual(['practices:read', 'api-keys:write'])
})

it('a scope that another release put into a row is not shown, grants nothing and is not handed on', async () => {
  const { key, coach } = await setup()
  await db().apiKey.update({
    where: { id: key.id },
    data: { scopes: ['practices:read', 'api-keys:write', 'tokens:foretell'] },
  })
  const known = { scopes: ['practices:read', 'api-keys:write'] }
  expect(await updateApiKey(coach, { id: key.id, name: 'x' })).toMatchObject(known)
  expect(await rotateApiKey(coach, { id: key.id })).toMatchObject(known)
})
