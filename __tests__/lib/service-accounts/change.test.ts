import { listServiceAccountsQuery, type ServiceAccount } from '@/contracts/service-accounts'
import type { Actor } from '@/lib/actor'
import { operatorActor } from '@/lib/auth/actor'
import { validateApiKey } from '@/lib/auth/api-key'
import { db } from '@/lib/db/client'
import { countLiveKeys } from '@/lib/members/count-keys'
import { updateMember } from '@/lib/members/update'
import { createServiceAccount } from '@/lib/service-accounts/create'
import { getServiceAccount } from '@/lib/service-accounts/get'
import { listServiceAccounts } from '@/lib/service-accounts/list'
import { removeServiceAccount } from '@/lib/service-accounts/remove'
import { updateServiceAccount } from '@/lib/service-accounts/update'
import { atOnce } from '../../support/at-once'
import { makeKey, makeMember, twoClubs, useDatabase } from '../../support/club'
import { membershipOf, sessionOf } from '../../support/sign-in'
import type { Role } from '../../support/tenancy'

useDatabase()

async function setup() {
  const { home, rival } = await twoClubs()
  const admin = await sessionOf(home.admin)
  const operator = operatorActor(home.clubId, null, 'operator:test')
  const make = (name = 'robot', roles: Role[] = ['CLUB_ADMIN']) =>
    createServiceAccount(operator, { name, roles })
  return { home, rival, admin, operator, make }
}

const query = (given: Record<string, string> = {}) => listServiceAccountsQuery.parse(given)
const auditOf = (targetId: string) =>
  db().auditEvent.findMany({ where: { targetId }, orderBy: { id: 'asc' } })
const refused = (code: string) => expect.objectContaining({ name: 'Refusal', code })
const keyOf = (clubId: string, { user, roles }: ServiceAccount) =>
  makeKey({ clubId, userId: user.id, roles: roles as Role[], email: '' })

describe('createServiceAccount', () => {
  it('makes a user of the club without a login, on record', async () => {
    const { home, admin } = await setup()
    const made = await createServiceAccount(admin, { name: 'Scoreboard', roles: ['CLUB_ADMIN'] })
    expect(made).toMatchObject({
      user: { name: 'Scoreboard', kind: 'service' },
      roles: ['CLUB_ADMIN'],
      status: 'ACTIVE',
    })
    expect(await db().user.findUniqueOrThrow({ where: { id: made.user.id } })).toMatchObject({
      email: null,
      passwordHash: null,
    })
    expect(await membershipOf({ clubId: home.clubId, userId: made.user.id })).toMatchObject({
      id: made.id,
      vouched: false,
    })
    expect(await auditOf(made.id)).toMatchObject([
      {
        action: 'service-account.create',
        actorUserId: home.admin.userId,
        changes: {
          userId: { from: null, to: made.user.id },
          name: { from: null, to: 'Scoreboard' },
          roles: { from: null, to: ['CLUB_ADMIN'] },
        },
      },
    ])
  })

  it('gives no account a role that its maker lacks', async () => {
    const { home, admin } = await setup()
    for (const roles of [['COACH'], ['ATHLETE'], ['CLUB_ADMIN', 'COACH']] as Role[][])
      await expect(createServiceAccount(admin, { name: 'robot', roles })).rejects.toEqual(
        refused('forbidden'),
      )
    expect(await db().membership.count({ where: { clubId: home.clubId, user: { kind: 'service' } } })).toBe(0)
    const both = await sessionOf(await makeMember(home.clubId, ['CLUB_ADMIN', 'COACH']))
    expect(await createServiceAccount(both, { name: 'robot', roles: ['COACH'] })).toMatchObject({
      roles: ['COACH'],
    })
  })

  it('is for admins who are freshly signed in: no coach, no athlete, no key', async () => {
    const { home } = await setup()
    const input = { name: 'robot', roles: ['COACH'] as Role[] }
    for (const actor of [await sessionOf(home.coach), await sessionOf(home.athlete), home.keys.admin.actor])
      await expect(createServiceAccount(actor, input)).rejects.toEqual(refused('forbidden'))
    await expect(createServiceAccount(await sessionOf(home.admin, 15.1), input)).rejects.toEqual(
      refused('reauthentication_required'),
    )
  })

  it('gives a name once: of 20 at once that want it one gets it, and a removed account lets go of it', async () => {
    const { make, operator, rival } = await setup()
    const codes = await atOnce(20, () =>
      make().then(
        () => 'made',
        (error: { code: string }) => error.code,
      ),
    )
    expect(codes.filter((code) => code === 'made')).toHaveLength(1)
    expect(new Set(codes)).toEqual(new Set(['made', 'conflict']))
    const [holder] = (await listServiceAccounts(operator, query())).data
    await createServiceAccount(operatorActor(rival.clubId, null, 'test'), { name: 'robot', roles: ['COACH'] })
    await removeServiceAccount(operator, { id: holder!.id })
    expect(await make()).toMatchObject({ user: { name: 'robot' } })
  })
})

describe('listServiceAccounts', () => {
  it('shows the club’s own accounts and no person; removed ones where asked for', async () => {
    const { admin, make, rival, operator } = await setup()
    await createServiceAccount(operatorActor(rival.clubId, null, 'test'), {
      name: 'theirs',
      roles: ['COACH'],
    })
    const [first, second, third] = [await make('a'), await make('b', ['COACH']), await make('c', ['ATHLETE'])]
    await removeServiceAccount(operator, { id: third.id })
    await updateServiceAccount(operator, { id: second.id, status: 'SUSPENDED' })
    const seen = async (given?: Record<string, string>) =>
      (await listServiceAccounts(admin, query(given))).data.map(({ id }) => id)
    expect(await seen()).toEqual([first.id, second.id])
    expect(await seen({ status: 'SUSPENDED' })).toEqual([second.id])
    expect(await seen({ status: 'REMOVED' })).toEqual([third.id])
  })

  it('pages through accounts made at the same instant exactly once', async () => {
    const { home, admin, make } = await setup()
    for (let i = 0; i < 5; i++) await make(`robot ${i}`)
    await db().membership.updateMany({ where: { clubId: home.clubId }, data: { joinedAt: new Date() } })
    const seen: string[] = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: Awaited<ReturnType<typeof listServiceAccounts>> = await listServiceAccounts(
        admin,
        query({ limit: '2', ...(cursor && { cursor }) }),
      )
      seen.push(...page.data.map(({ id }) => id))
      cursor = page.nextCursor
    }
    expect(seen).toHaveLength(5)
    expect(new Set(seen).size).toBe(5)
  })
})

describe('updateServiceAccount', () => {
  it('renames, changes roles and suspends, on record with what was; nothing changed is nothing on record', async () => {
    const { home, operator, make } = await setup()
    const { id, user } = await make()
    const change = {
      id,
      name: 'android',
      roles: ['COACH', 'ATHLETE'] as Role[],
      status: 'SUSPENDED' as const,
    }
    expect(await updateServiceAccount(operator, change)).toMatchObject({
      user: { id: user.id, name: 'android' },
      roles: change.roles,
    })
    await updateServiceAccount(operator, change)
    expect(await auditOf(id)).toMatchObject([
      {},
      {
        action: 'service-account.update',
        changes: {
          userId: { from: null, to: user.id },
          name: { from: 'robot', to: 'android' },
          roles: { from: ['CLUB_ADMIN'], to: ['COACH', 'ATHLETE'] },
          status: { from: 'ACTIVE', to: 'SUSPENDED' },
        },
      },
    ])
    expect(await getServiceAccount(await sessionOf(home.admin), { id })).toMatchObject({
      user: { name: 'android' },
      status: 'SUSPENDED',
    })
  })

  it('never raises an account above who changes it; taking away is free', async () => {
    const { admin, make } = await setup()
    const { id } = await make('robot', ['COACH'])
    for (const roles of [['COACH', 'ATHLETE'], ['CLUB_ADMIN', 'COACH'], ['ATHLETE']] as Role[][])
      await expect(updateServiceAccount(admin, { id, roles })).rejects.toEqual(refused('forbidden'))
    await updateServiceAccount(admin, { id, name: 'renamed', status: 'SUSPENDED' })
    await expect(updateServiceAccount(admin, { id, status: 'ACTIVE' })).rejects.toEqual(refused('forbidden'))
    expect(await updateServiceAccount(admin, { id, roles: ['CLUB_ADMIN'], status: 'ACTIVE' })).toMatchObject({
      roles: ['CLUB_ADMIN'],
    })

    const both = await make('both', ['COACH', 'ATHLETE'])
    expect(await updateServiceAccount(admin, { id: both.id, roles: ['ATHLETE'] })).toMatchObject({
      roles: ['ATHLETE'],
    })
  })

  it('takes no name that another account has, and keeps its own', async () => {
    const { admin, make } = await setup()
    const { id } = await make('a')
    await make('b')
    await expect(updateServiceAccount(admin, { id, name: 'b' })).rejects.toEqual(refused('conflict'))
    expect(await updateServiceAccount(admin, { id, name: 'a' })).toMatchObject({ user: { name: 'a' } })
  })

  it('outlives its maker: demoting them changes neither the account nor its keys', async () => {
    const { home, operator } = await setup()
    const maker = await makeMember(home.clubId, ['CLUB_ADMIN', 'COACH'])
    const account = await createServiceAccount(await sessionOf(maker), { name: 'robot', roles: ['COACH'] })
    const key = await keyOf(home.clubId, account)
    const { id } = await membershipOf(maker)
    await updateMember(operator, { id, roles: ['ATHLETE'] })
    await updateMember(operator, { id, status: 'SUSPENDED' })
    expect(await validateApiKey(key.token)).toMatchObject({ ok: true, key: { roles: ['COACH'] } })
  })

  it('G4: takes effect on its keys at once, in this process', async () => {
    const { home, operator, make } = await setup()
    const account = await make('robot', ['COACH'])
    const { token } = await keyOf(home.clubId, account)
    expect(await validateApiKey(token)).toMatchObject({ ok: true, key: { roles: ['COACH'] } })
    await updateServiceAccount(operator, { id: account.id, roles: ['ATHLETE'] })
    expect(await validateApiKey(token)).toMatchObject({ ok: true, key: { roles: ['ATHLETE'] } })
    await updateServiceAccount(operator, { id: account.id, status: 'SUSPENDED' })
    expect(await validateApiKey(token)).toMatchObject({ ok: false, reason: 'owner_gone' })
    await updateServiceAccount(operator, { id: account.id, status: 'ACTIVE' })
    expect(await validateApiKey(token)).toMatchObject({ ok: true })
  })
})

describe('removeServiceAccount', () => {
  it('ends the account and its keys for good, on record with their number, and once', async () => {
    const { home, admin, make } = await setup()
    const account = await make()
    const keys = [await keyOf(home.clubId, account), await keyOf(home.clubId, account)]
    expect(await countLiveKeys(admin, [account.user.id])).toEqual(new Map([[account.user.id, 2]]))
    const { id } = account
    expect(await removeServiceAccount(admin, { id })).toMatchObject({ id, status: 'REMOVED' })
    expect(await removeServiceAccount(admin, { id })).toMatchObject({ id, status: 'REMOVED' })
    for (const { token } of keys)
      expect(await validateApiKey(token)).toMatchObject({ ok: false, reason: 'revoked' })
    expect((await auditOf(id)).slice(1)).toMatchObject([
      { action: 'service-account.remove', changes: { keysRevoked: { to: 2 } } },
    ])
    await expect(updateServiceAccount(admin, { id, status: 'ACTIVE' })).rejects.toEqual(refused('conflict'))
  })
})

describe('another club’s service account, a person, a missing id', () => {
  const acts: [string, (actor: Actor, id: string) => Promise<unknown>][] = [
    ['read', (actor, id) => getServiceAccount(actor, { id })],
    ['renamed', (actor, id) => updateServiceAccount(actor, { id, name: 'mine' })],
    ['given roles', (actor, id) => updateServiceAccount(actor, { id, roles: ['CLUB_ADMIN'] })],
    ['suspended', (actor, id) => updateServiceAccount(actor, { id, status: 'SUSPENDED' })],
    ['removed', (actor, id) => removeServiceAccount(actor, { id })],
  ]
  it.each(acts)(
    'cannot be %s, and nobody but an admin who is signed in can do it to their own club’s',
    async (_, act) => {
      const { home, rival, admin, make } = await setup()
      const theirs = await createServiceAccount(operatorActor(rival.clubId, null, 'test'), {
        name: 'theirs',
        roles: ['COACH'],
      })
      const person = await membershipOf(home.coach)
      const before = await db().membership.findMany({ orderBy: { id: 'asc' }, include: { user: true } })
      for (const id of [theirs.id, theirs.user.id, person.id, home.clubId])
        await expect(act(admin, id)).rejects.toEqual(refused('not_found'))
      expect(await db().membership.findMany({ orderBy: { id: 'asc' }, include: { user: true } })).toEqual(
        before,
      )
      const own = await make()
      for (const actor of [
        await sessionOf(home.coach),
        await sessionOf(home.athlete),
        home.keys.admin.actor,
        rival.keys.admin.actor,
      ])
        await expect(act(actor, own.id)).rejects.toEqual(refused('not_found'))
    },
  )
})
