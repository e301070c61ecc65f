import { readFileSync } from 'node:fs'
import path from 'node:path'
import { operations } from '@/contracts/operations'
import type { Operation } from '@/contracts/operation'
import { db } from '@/lib/db/client'
import { flushUses } from '@/lib/usage/record'
import { makeClub, makeKey, makeMember, makePractice, makeServiceAccount, useDatabase } from '../support/club'
import { ask, signedIn } from '../support/in-process'
import { membershipOf } from '../support/sign-in'

useDatabase()
afterEach(flushUses)

const PAGE = readFileSync(path.resolve(__dirname, '../../docs/security.md'), 'utf8')
const TABLE = PAGE.split('## What a sign-in may do that is not fresh')[1]!.split('\n## ')[0]!
const ROWS = TABLE.split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| act'))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, act = '', signIn = '']) => ({ act, signIn }))
/** `METHOD /path` of a row, if it is about an operation of the API. */
const operationOf = (act: string) => /^`([A-Z]+ \/[^`]*)`/.exec(act)?.[1]
const nameOf = ({ method, path: target }: Operation) => `${method} ${target}`

async function setup() {
  const { id: clubId } = await makeClub()
  const admin = await makeMember(clubId, ['CLUB_ADMIN', 'COACH'])
  const coach = await makeMember(clubId, ['COACH', 'ATHLETE'])
  const account = await makeServiceAccount(clubId, ['COACH'])
  const make = () => makeKey(admin, { scopes: ['practices:read', 'members:read'], expiresAt: null })
  return {
    make,
    key: (await make()).id,
    coachKey: (await makeKey(coach)).id,
    member: (await membershipOf(coach)).id,
    account: account.id,
    practice: (await makePractice(admin)).id,
    fresh: await signedIn(admin),
    old: await signedIn(admin, 180),
  }
}
type Scene = Awaited<ReturnType<typeof setup>>

/** The request of a row, by how the row begins; the id in the path is one of the fitting kind. */
const BODIES: Record<string, (on: Scene) => unknown> = {
  '`POST /api/v1/practices`': () => ({ title: 'x', startsAt: '2027-01-01T10:00:00Z' }),
  '`PATCH /api/v1/practices/{id}`': () => ({ title: 'y' }),
  '`DELETE /api/v1/practices/{id}`': () => undefined,
  '`PATCH /api/v1/api-keys/{id}` with `name`': () => ({ name: 'y' }),
  '`PATCH /api/v1/api-keys/{id}` with `disabled: true`': () => ({ disabled: true }),
  '`PATCH /api/v1/api-keys/{id}` with `disabled: true`, the sixth key': () => ({ disabled: true }),
  '`PATCH /api/v1/api-keys/{id}` with `disabled: false`': () => ({ disabled: false }),
  '`PATCH /api/v1/api-keys/{id}` with fewer `scopes`': () => ({ scopes: ['practices:read'] }),
  '`PATCH /api/v1/api-keys/{id}` with `allowedCidrs`': () => ({ allowedCidrs: ['192.0.2.0/24'] }),
  '`PATCH /api/v1/api-keys/{id}` with `rateLimit`': () => ({
    rateLimit: { limit: 1, windowSeconds: 86_400 },
  }),
  '`PATCH /api/v1/api-keys/{id}` with `metadata`': () => ({ metadata: {} }),
  '`POST /api/v1/api-keys`': () => ({ name: 'x', scopes: ['practices:read'] }),
  '`POST /api/v1/api-keys/{id}/rotate`': () => undefined,
  '`POST /api/v1/api-keys/{id}/revoke`': () => undefined,
  '`DELETE /api/v1/api-keys/{id}`': () => undefined,
  '`POST /api/v1/api-keys/revoke`': ({ key }) => ({ ids: [key] }),
  '`POST /api/v1/api-keys/revoke` with `preview`': ({ key }) => ({ ids: [key], preview: true }),
  '`POST /api/v1/members`': () => ({ email: 'new@example.test', roles: ['COACH'] }),
  '`POST /api/v1/members/{id}/invitation`': () => undefined,
  '`PATCH /api/v1/members/{id}`': () => ({ roles: ['COACH'] }),
  '`POST /api/v1/members/{id}/remove`': () => undefined,
  '`POST /api/v1/members/{id}/hand-over`': ({ coachKey, account }) => ({
    keyIds: [coachKey],
    serviceAccountId: account,
  }),
  '`POST /api/v1/service-accounts`': () => ({ name: 'android', roles: ['COACH'] }),
  '`PATCH /api/v1/service-accounts/{id}`': () => ({ name: 'android' }),
  '`POST /api/v1/service-accounts/{id}/remove`': () => undefined,
  '`PATCH /api/v1/club/policy`': () => ({ maxKeyDays: 100 }),
  '`PATCH /api/v1/club/policy` with `preview`': () => ({ maxKeyDays: 100, preview: true }),
}
const IDS: Record<string, keyof Scene> = {
  practices: 'practice',
  'api-keys': 'key',
  members: 'member',
  'service-accounts': 'account',
}

function send(on: Scene, act: string, as: 'fresh' | 'old') {
  const [method = '', target = ''] = operationOf(act)!.split(' ')
  const below = target.replace('/api/v1/', '')
  const id = on[IDS[below.split('/')[0]!]!] as string
  return ask(on[as], method, below.replace('{id}', id), BODIES[act]!(on))
}

/** Disables five keys by the old sign-in, as many as it may. */
async function useUpBrake({ make, old }: Scene): Promise<void> {
  for (let i = 0; i < 5; i++)
    expect((await ask(old, 'PATCH', `api-keys/${(await make()).id}`, { disabled: true })).status).toBe(200)
}

describe('the table of what a sign-in may do that is not fresh', () => {
  it.each(Object.entries<Operation>(operations).filter(([, { method }]) => method !== 'GET'))(
    'has a row for %s',
    (_, operation) => {
      expect(ROWS.map(({ act }) => operationOf(act))).toContain(nameOf(operation))
    },
  )

  it('has no row for what is no operation, and a request here for each of the others', () => {
    const known = Object.values<Operation>(operations).map(nameOf)
    const rows = ROWS.filter(({ act }) => operationOf(act) !== undefined)
    for (const { act } of rows) expect(known).toContain(operationOf(act))
    expect(rows.map(({ act }) => act).sort()).toEqual(Object.keys(BODIES).sort())
  })

  it.each(ROWS.filter(({ act }) => operationOf(act) !== undefined))(
    'holds: $act, a sign-in that is $signIn',
    async ({ act, signIn }) => {
      const on = await setup()
      if (act.includes('the sixth')) await useUpBrake(on)
      if (act.includes('disabled: false'))
        await db().apiKey.update({ where: { id: on.key }, data: { disabledAt: new Date() } })
      const answer = await send(on, act, 'old')
      if (signIn === 'fresh') {
        expect(await answer.json()).toMatchObject({ code: 'reauthentication_required' })
        expect((await send(on, act, 'fresh')).status).toBeLessThan(300)
      } else {
        expect(signIn).toMatch(/^any/)
        expect(answer.status).toBeLessThan(300)
      }
    },
  )

  it.each(Object.entries<Operation>(operations).filter(([, { method }]) => method === 'GET'))(
    'lets any sign-in read: %s',
    async (_, { path: target }) => {
      const on = await setup()
      const below = target.replace('/api/v1/', '')
      const id = on[IDS[below.split('/')[0]!] ?? 'key'] as string
      const query = target.endsWith('/impact') ? '?act=remove' : ''
      expect((await ask(on.old, 'GET', below.replace('{id}', id) + query)).status).toBe(200)
    },
  )
})

describe('the emergency brake of a sign-in that is not fresh', () => {
  it('stops five keys, each once, and is its own: another sign-in has as many', async () => {
    const on = await setup()
    const again = async () => ask(on.old, 'PATCH', `api-keys/${on.key}`, { disabled: true })
    // A key that is already disabled does not count again.
    for (let i = 0; i < 7; i++) expect((await again()).status).toBe(200)
    for (let i = 0; i < 4; i++)
      expect(
        (await ask(on.old, 'PATCH', `api-keys/${(await on.make()).id}`, { disabled: true })).status,
      ).toBe(200)
    const { id } = await on.make()
    const more = (as: 'old' | 'fresh') => ask(on[as], 'PATCH', `api-keys/${id}`, { disabled: true })
    expect(await (await more('old')).json()).toMatchObject({ code: 'reauthentication_required' })
    expect(await db().apiKey.findUnique({ where: { id } })).toMatchObject({ disabledAt: null })
    expect((await more('fresh')).status).toBe(200)
  })

  it('takes no other change along', async () => {
    const { old, key } = await setup()
    const answer = await ask(old, 'PATCH', `api-keys/${key}`, { disabled: true, scopes: ['practices:read'] })
    expect(await answer.json()).toMatchObject({ code: 'reauthentication_required' })
  })
})
