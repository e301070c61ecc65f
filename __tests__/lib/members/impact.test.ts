import { randomUUID } from 'node:crypto'
import { memberImpactQuery } from '@/contracts/offboarding'
import type { Actor } from '@/lib/actor'
import { revokeApiKey } from '@/lib/auth/api-key'
import { db } from '@/lib/db/client'
import { foreseeImpact } from '@/lib/members/impact'
import { createWebhook } from '@/lib/webhooks/create'
import { deleteWebhook } from '@/lib/webhooks/delete'
import { updateWebhook } from '@/lib/webhooks/update'
import { makeKey, makeMember, makeServiceAccount, twoClubs, useDatabase } from '../../support/club'
import { membershipOf, sessionOf } from '../../support/sign-in'
import { operatorOf } from '../../support/webhooks'

useDatabase()

const DAY_MS = 24 * 3600 * 1000
const ago = (days: number) => new Date(Date.now() - days * DAY_MS)
const refused = (code: string) => expect.objectContaining({ name: 'Refusal', code })

async function setup() {
  const { home, rival } = await twoClubs()
  const leaver = await makeMember(home.clubId, ['CLUB_ADMIN', 'COACH'])
  const { id } = await membershipOf(leaver)
  const admin = await sessionOf(home.admin)
  const ask = (given: { act: string; roles?: string }, actor: Actor = admin, of = id) =>
    foreseeImpact(actor, { id: of, ...memberImpactQuery.parse(given) })
  const use = async (apiKeyId: string, days: number, requests: number) => {
    const { clubId } = home
    await db().apiKeyUsage.create({ data: { apiKeyId, clubId, hour: ago(days), requests } })
    await db().apiKeyUse.upsert({
      where: { apiKeyId },
      create: { apiKeyId, clubId, lastUsedAt: ago(days) },
      update: { lastUsedAt: ago(days) },
    })
  }
  return { home, rival, leaver, id, admin, ask, use }
}

it('tells which keys a removal or a suspension would stop, the last used first, with their use of 30 days', async () => {
  const { leaver, ask, use } = await setup()
  const idle = await makeKey(leaver, { name: 'idle', scopes: ['audit:read'] })
  const old = await makeKey(leaver, { name: 'old', scopes: ['practices:read'] })
  const busy = await makeKey(leaver, { name: 'busy', scopes: ['practices:read', 'practices:write'] })
  await use(old.id, 31, 900)
  await use(busy.id, 29, 40)
  await use(busy.id, 1, 2)
  for (const act of ['remove', 'suspend']) {
    const { keys } = await ask({ act })
    expect(keys).toMatchObject([
      {
        id: busy.id,
        name: 'busy',
        requests30d: 42,
        scopesLost: ['practices:read', 'practices:write'],
        status: 'active',
      },
      { id: old.id, requests30d: 0, scopesLost: ['practices:read'] },
      { id: idle.id, requests30d: 0, lastUsedAt: null, scopesLost: ['audit:read'] },
    ])
  }
})

it('tells which keys a demotion would narrow, and by what; a promotion narrows none', async () => {
  const { leaver, ask } = await setup()
  const reader = await makeKey(leaver, { scopes: ['practices:read'] })
  const writer = await makeKey(leaver, { scopes: ['practices:read', 'practices:write'] })
  const auditor = await makeKey(leaver, { scopes: ['audit:read', 'practices:write'] })
  const lost = async (roles: string) =>
    Object.fromEntries(
      (await ask({ act: 'roles', roles })).keys.map(({ id, scopesLost }) => [id, scopesLost]),
    )
  expect(await lost('CLUB_ADMIN')).toEqual({
    [writer.id]: ['practices:write'],
    [auditor.id]: ['practices:write'],
  })
  expect(await lost('COACH')).toEqual({ [auditor.id]: ['audit:read'] })
  expect(await lost('ATHLETE')).toEqual({
    [writer.id]: ['practices:write'],
    [auditor.id]: ['practices:write', 'audit:read'],
  })
  expect(await lost('CLUB_ADMIN,COACH,ATHLETE')).toEqual({})
  expect(JSON.stringify(await ask({ act: 'roles', roles: 'COACH' }))).not.toContain(reader.id)
})

it('tells what of that is in use: what would break', async () => {
  const { home, leaver, ask } = await setup()
  const { id: apiKeyId } = await makeKey(leaver, {
    scopes: ['practices:read', 'practices:write', 'audit:read'],
  })
  for (const [scope, days] of [
    ['practices:read', 1],
    ['practices:write', 29],
    ['audit:read', 31],
  ] as const)
    await db().apiKeyScopeUse.create({
      data: { apiKeyId, clubId: home.clubId, scope, lastUsedAt: ago(days) },
    })
  expect((await ask({ act: 'roles', roles: 'ATHLETE' })).keys).toMatchObject([
    { scopesLost: ['practices:write', 'audit:read'], scopesInUse: ['practices:write'] },
  ])
  expect((await ask({ act: 'remove' })).keys).toMatchObject([
    { scopesInUse: ['practices:read', 'practices:write'] },
  ])
})

it('counts no key that is dead already, nobody else’s, and none in another club', async () => {
  const { home, rival, leaver, admin, ask } = await setup()
  const revoked = await makeKey(leaver)
  await revokeApiKey(admin, { id: revoked.id })
  const expired = await makeKey(leaver)
  await db().apiKey.update({ where: { id: expired.id }, data: { expiresAt: ago(1) } })
  await makeKey(home.coach)
  await db().membership.create({ data: { clubId: rival.clubId, userId: leaver.userId, roles: ['COACH'] } })
  await makeKey({ ...leaver, clubId: rival.clubId, roles: ['COACH'] })
  expect(await ask({ act: 'remove' })).toEqual({ count: 0, keys: [], webhooks: [] })
})

it('names the webhooks that they added and leave behind, without what is secret in their addresses', async () => {
  const { home, rival, leaver, admin, ask } = await setup()
  const types = ['api_key.revoked']
  const add = async (actor: Actor, url: string) => (await createWebhook(actor, { url, types })).id
  const theirs = await sessionOf(leaver)
  const id = await add(theirs, 'https://hooks.slack.com/services/T01/B02')
  const off = await add(theirs, 'https://example.org/hooks')
  await updateWebhook(theirs, { id: off, disabled: true })
  await deleteWebhook(theirs, { id: await add(theirs, 'https://example.org/gone') })
  await add(admin, 'https://example.org/of-another')
  await add(operatorOf(home.clubId), 'https://example.org/of-the-operator')
  await add(await sessionOf(rival.admin), 'https://example.org/elsewhere')
  const left = [
    { id, url: 'https://hooks.slack.com/services/…', status: 'enabled' },
    { id: off, url: 'https://example.org/hooks', status: 'disabled' },
  ]
  for (const given of [{ act: 'remove' }, { act: 'suspend' }, { act: 'roles', roles: 'COACH' }])
    expect((await ask(given)).webhooks).toEqual(left)
  expect((await ask({ act: 'roles', roles: 'CLUB_ADMIN' })).webhooks).toEqual([])
})

it('is for the club’s admins who are signed in, about its people', async () => {
  const { home, rival, id, admin, ask } = await setup()
  const act = { act: 'remove' }
  for (const actor of [
    await sessionOf(home.coach),
    await sessionOf(home.athlete),
    home.keys.admin.actor,
    await sessionOf(rival.admin),
  ])
    await expect(ask(act, actor, id)).rejects.toEqual(refused('not_found'))
  const account = await makeServiceAccount(home.clubId, ['COACH'])
  for (const other of [(await membershipOf(rival.coach)).id, account.id, home.coach.userId, randomUUID()])
    await expect(ask(act, admin, other)).rejects.toEqual(refused('not_found'))
})

it.each([
  [{ act: 'remove', roles: 'COACH' }, 'roles'],
  [{ act: 'roles' }, 'roles'],
  [{ act: 'roles', roles: '' }, 'roles'],
  [{ act: 'roles', roles: 'COACH,COACH' }, 'roles'],
  [{ act: 'roles', roles: 'KING' }, 'roles'],
  [{ act: 'kill' }, 'act'],
  [{}, 'act'],
])('does not understand %j', (given, field) => {
  const { error } = memberImpactQuery.safeParse(given)
  expect(error?.issues.map(({ path }) => path[0])).toEqual([field])
})
