import { randomUUID } from 'node:crypto'
import type { Actor } from '@/lib/actor'
import {
  createApiKey,
  getApiKey,
  listApiKeys,
  rotateApiKey,
  updateApiKey,
  validateApiKey,
} from '@/lib/auth/api-key'
import { db } from '@/lib/db/client'
import { removeMember } from '@/lib/members/remove'
import { removeServiceAccount } from '@/lib/service-accounts/remove'
import { updateServiceAccount } from '@/lib/service-accounts/update'
import { actorOf, makeKey, makeMember, makeServiceAccount, twoClubs, useDatabase } from '../../support/club'
import { membershipOf, sessionOf, setMembership } from '../../support/sign-in'
import { SCOPES, type Scope } from '../../support/tenancy'
import { demand } from '../../support/policy'

useDatabase()

async function setup() {
  const { home, rival } = await twoClubs()
  const both = await makeMember(home.clubId, ['CLUB_ADMIN', 'COACH'])
  const account = await makeServiceAccount(home.clubId, ['CLUB_ADMIN', 'COACH'], 'robot')
  return {
    home,
    rival,
    both,
    account,
    admin: await sessionOf(home.admin),
    adminAndCoach: await sessionOf(both),
  }
}

const refused = (code: string) => expect.objectContaining({ name: 'Refusal', code })
const NAMES_OWNER = expect.objectContaining({
  code: 'validation_failed',
  errors: [expect.objectContaining({ path: 'ownerId' })],
})
const input = (ownerId: string, scopes: Scope[] = ['practices:read']) => ({ name: 'made', scopes, ownerId })

describe('a key for a service account', () => {
  it('is made by an admin who is signed in, shows its owner, and outlives them', async () => {
    const { home, account, adminAndCoach, both, admin } = await setup()
    const made = await createApiKey(
      adminAndCoach,
      input(account.userId, ['practices:read', 'practices:write']),
    )
    expect(made.owner).toEqual({ id: account.userId, name: 'robot', kind: 'service' })
    expect(made.createdByKeyId).toBeNull()
    await removeMember(admin, { id: (await membershipOf(both)).id })
    expect(await validateApiKey(made.key)).toMatchObject({
      ok: true,
      key: { userId: account.userId, roles: ['CLUB_ADMIN', 'COACH'] },
    })
    const [row] = await db().auditEvent.findMany({ where: { clubId: home.clubId, targetId: made.id } })
    expect(row).toMatchObject({
      action: 'api-key.create',
      actorUserId: both.userId,
      changes: { ownerId: { to: account.userId } },
    })
  })

  it('holds no scope that its maker lacks: neither an admin’s of a coach’s, nor the other way round', async () => {
    const { home, account, admin } = await setup()
    await expect(createApiKey(admin, input(account.userId, ['practices:write']))).rejects.toEqual(
      refused('forbidden'),
    )
    await expect(
      createApiKey(await sessionOf(home.coach), { name: 'x', scopes: ['audit:read'] }),
    ).rejects.toEqual(refused('forbidden'))
    expect(await db().apiKey.count({ where: { userId: account.userId } })).toBe(0)
  })

  it('holds no scope that the account’s roles do not grant', async () => {
    const { home, adminAndCoach } = await setup()
    const coach = await makeServiceAccount(home.clubId, ['COACH'])
    await expect(createApiKey(adminAndCoach, input(coach.userId, ['audit:read']))).rejects.toEqual(
      refused('forbidden'),
    )
    expect(await createApiKey(adminAndCoach, input(coach.userId, ['practices:write']))).toMatchObject({
      scopes: ['practices:write'],
    })
  })

  it('is refused in one and the same words to all others, and for every owner but the club’s own live accounts', async () => {
    const { home, rival, account, admin } = await setup()
    const theirs = await makeServiceAccount(rival.clubId, ['CLUB_ADMIN'])
    const suspended = await makeServiceAccount(home.clubId, ['CLUB_ADMIN'])
    const removed = await makeServiceAccount(home.clubId, ['CLUB_ADMIN'])
    await updateServiceAccount(admin, { id: suspended.id, status: 'SUSPENDED' })
    await removeServiceAccount(admin, { id: removed.id })
    const tries: [Actor, string][] = [
      [await sessionOf(home.coach), account.userId],
      [await sessionOf(home.athlete), account.userId],
      [home.keys.admin.actor, account.userId],
      [rival.keys.admin.actor, account.userId],
      [await sessionOf(rival.admin), account.userId],
    ]
    const owners = [
      theirs.userId,
      suspended.userId,
      removed.userId,
      account.id,
      home.coach.userId,
      rival.coach.userId,
      randomUUID(),
    ]
    tries.push(...owners.map((ownerId): [Actor, string] => [admin, ownerId]))
    const messages = new Set<string>()
    for (const [actor, ownerId] of tries) {
      const error = await createApiKey(actor, input(ownerId)).then(
        () => expect({ ownerId }).toBe('refused'),
        (error: unknown) => error,
      )
      expect(error).toEqual(NAMES_OWNER)
      messages.add(JSON.stringify((error as { errors: unknown }).errors))
    }
    expect(messages.size).toBe(1)
    await expect(createApiKey(await sessionOf(home.admin, 15.1), input(account.userId))).rejects.toEqual(
      refused('reauthentication_required'),
    )
  })

  it('counts against the account’s own limit of live keys', async () => {
    const { home, account, admin } = await setup()
    await demand(home.clubId, { maxLiveKeysPerMember: 2 })
    await createApiKey(admin, input(account.userId))
    await createApiKey(admin, input(account.userId))
    await expect(createApiKey(admin, input(account.userId))).rejects.toEqual(refused('conflict'))
    expect(await createApiKey(admin, { name: 'own', scopes: ['practices:read'] })).toMatchObject({
      owner: { id: home.admin.userId },
    })
  })

  it('is enabled again only by who holds its every scope', async () => {
    const { account, admin, adminAndCoach } = await setup()
    const { id } = await createApiKey(adminAndCoach, input(account.userId, ['practices:write']))
    await updateApiKey(admin, { id, disabled: true })
    await expect(updateApiKey(admin, { id, disabled: false })).rejects.toEqual(refused('forbidden'))
    expect(await updateApiKey(adminAndCoach, { id, disabled: false })).toMatchObject({ status: 'active' })
  })
})

describe('an account’s key, once it is made', () => {
  it('is rotated and widened by an admin who is signed in and holds every resulting scope, and by nobody else', async () => {
    const { home, rival, account, admin, adminAndCoach } = await setup()
    const { id } = await createApiKey(
      adminAndCoach,
      input(account.userId, ['practices:read', 'practices:write']),
    )
    const others: [Actor, string][] = [
      [admin, 'forbidden'],
      [await sessionOf(home.coach), 'not_found'],
      [home.keys.admin.actor, 'not_found'],
      [await sessionOf(rival.admin), 'not_found'],
    ]
    for (const [actor, code] of others)
      await expect(rotateApiKey(actor, { id })).rejects.toEqual(refused(code))
    const rotated = await rotateApiKey(adminAndCoach, { id })
    expect(rotated).toMatchObject({ owner: { id: account.userId, kind: 'service' }, rotatedFromId: id })

    const narrow = await createApiKey(admin, input(account.userId, ['practices:read']))
    const scopes: Scope[] = ['practices:read', 'practices:write']
    for (const [actor, code] of others)
      await expect(updateApiKey(actor, { id: narrow.id, scopes })).rejects.toEqual(refused(code))
    expect(await updateApiKey(adminAndCoach, { id: narrow.id, scopes })).toMatchObject({ scopes })
  })
})

describe('a service account’s own key', () => {
  it('acts on its account’s keys alone, as any key does on its owner’s', async () => {
    const { home, account, admin } = await setup()
    const key = await makeKey(account, { scopes: ['api-keys:read', 'api-keys:write', 'practices:read'] })
    const child = await createApiKey(key.actor, { name: 'child', scopes: ['practices:read'] })
    expect(child).toMatchObject({ owner: { id: account.userId }, createdByKeyId: key.id })
    await expect(createApiKey(key.actor, { name: 'child', scopes: ['practices:write'] })).rejects.toEqual(
      refused('insufficient_scope'),
    )
    await expect(createApiKey(key.actor, input(home.admin.userId))).rejects.toEqual(NAMES_OWNER)
    await expect(updateApiKey(key.actor, { id: home.keys.coach.id, name: 'x' })).rejects.toEqual(
      refused('not_found'),
    )
    expect(await updateApiKey(key.actor, { id: child.id, name: 'renamed' })).toMatchObject({
      name: 'renamed',
    })
    expect(await getApiKey(admin, { id: child.id })).toMatchObject({
      owner: { kind: 'service', name: 'robot' },
    })
  })

  it('G4: sees and does what the account’s live roles grant', async () => {
    const { home, account } = await setup()
    const { token } = await makeKey(account, { scopes: [...SCOPES] })
    expect((await actorOf(token)).scopes).toEqual(SCOPES)
    const seen = async () =>
      (await listApiKeys(await actorOf(token), { limit: 100 })).data.map(({ owner }) => owner.id)
    expect(await seen()).toContain(home.coach.userId)
    await setMembership(account, { roles: ['ATHLETE'] })
    expect((await actorOf(token)).scopes).toEqual([
      'practices:read',
      'members:read',
      'api-keys:read',
      'api-keys:write',
      'usage:read',
    ])
    expect(new Set(await seen())).toEqual(new Set([account.userId]))
  })
})
