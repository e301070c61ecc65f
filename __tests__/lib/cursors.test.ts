import type { ApiKey } from '@/contracts/api-key'
import { listAuditEventsQuery } from '@/contracts/audit-event'
import { listMembersQuery } from '@/contracts/member'
import { listPracticesQuery } from '@/contracts/practices'
import { listServiceAccountsQuery } from '@/contracts/service-accounts'
import { listApiKeysQuery } from '@/contracts/api-key'
import { listAuditEvents } from '@/lib/audit/list'
import type { Actor } from '@/lib/actor'
import { operatorActor } from '@/lib/auth/actor'
import { listApiKeys } from '@/lib/auth/api-key'
import { db } from '@/lib/db/client'
import { listMembers } from '@/lib/members/list'
import { listPractices } from '@/lib/practices/list'
import { listServiceAccounts } from '@/lib/service-accounts/list'
import type { Page } from '@/contracts/page'
import { makeClub, makeKey, makeMember, makePractice, makeServiceAccount, useDatabase } from '../support/club'

useDatabase()

type Given = Record<string, string>
type List = (actor: Actor, given: Given) => Promise<Page<{ id: string }>>

/** As the contract reads an address. */
const LISTS: Record<string, List> = {
  'api-keys': (actor, given) => listApiKeys(actor, listApiKeysQuery.parse(given)),
  members: (actor, given) => listMembers(actor, listMembersQuery.parse(given)),
  'service-accounts': (actor, given) => listServiceAccounts(actor, listServiceAccountsQuery.parse(given)),
  practices: (actor, given) => listPractices(actor, listPracticesQuery.parse(given)),
  'audit-events': (actor, given) => listAuditEvents(actor, listAuditEventsQuery.parse(given)),
}

/** Questions that all find something, of every list: no two of them are the same. */
const QUESTIONS = (ownerId: string): [string, Given][] => [
  ['api-keys', {}],
  ...(['createdAt', 'lastUsedAt', 'expiresAt', 'name'] as const).flatMap((sort) =>
    (['asc', 'desc'] as const)
      .filter((order) => `${sort} ${order}` !== 'createdAt desc')
      .map((order): [string, Given] => ['api-keys', { sort, order }]),
  ),
  ['api-keys', { q: 'key' }],
  ['api-keys', { status: 'active' }],
  ['api-keys', { ownerId }],
  ['api-keys', { scope: 'practices:read' }],
  ['api-keys', { unusedSince: '2999-01-01T00:00:00Z' }],
  ['api-keys', { unusedSince: '2999-01-02T00:00:00Z' }],
  ['members', {}],
  ['members', { status: 'ACTIVE' }],
  ['members', { role: 'COACH' }],
  ['service-accounts', {}],
  ['service-accounts', { status: 'ACTIVE' }],
  ['practices', {}],
  ['practices', { status: 'PUBLISHED' }],
  ['practices', { from: '2000-01-01T00:00:00Z' }],
  ['practices', { to: '2999-01-01T00:00:00Z' }],
  ['audit-events', {}],
  ['audit-events', { action: 'api-key.create' }],
  ['audit-events', { targetType: 'ApiKey' }],
  ['audit-events', { from: '2000-01-01T00:00:00Z' }],
]

async function setup() {
  const { id: clubId } = await makeClub()
  const coach = await makeMember(clubId, ['COACH'])
  for (let i = 0; i < 3; i++) {
    await makeMember(clubId, ['COACH'])
    await makeServiceAccount(clubId, ['COACH'])
    await makeKey(coach, { name: `key ${i}` })
    await makePractice(coach)
  }
  return { coach, actor: operatorActor(clubId, null, 'test') }
}

const REFUSED = {
  code: 'validation_failed',
  errors: [{ path: 'cursor', message: 'is not a cursor of this list' }],
}

it('a cursor goes on with its own question, and is refused by every other of any list', async () => {
  const { coach, actor } = await setup()
  const questions = QUESTIONS(coach.userId)
  for (const [n, [list, given]] of questions.entries()) {
    const { data, nextCursor } = await LISTS[list]!(actor, { ...given, limit: '2' })
    expect([list, given, data.length, nextCursor]).toEqual([list, given, 2, expect.any(String)])
    const cursor = nextCursor!
    const next = await LISTS[list]!(actor, { ...given, cursor, limit: '100' })
    const whole = await LISTS[list]!(actor, { ...given, limit: '100' })
    expect([list, given, [...data, ...next.data]]).toEqual([list, given, whole.data])
    for (const [m, [other, asked]] of questions.entries()) {
      if (m === n) continue
      await expect(LISTS[other]!(actor, { ...asked, cursor })).rejects.toMatchObject(REFUSED)
    }
  }
})

it('what is the usual may be said or left out; a page may have another size', async () => {
  const { actor } = await setup()
  const { nextCursor } = await LISTS['api-keys']!(actor, { limit: '1' })
  const said = { sort: 'createdAt', order: 'desc', limit: '50', cursor: nextCursor! }
  expect((await LISTS['api-keys']!(actor, said)).data).toHaveLength(2)
})

it('G3: a cursor of another club is refused like one that was made up, in every list', async () => {
  const [home, rival] = [await setup(), await setup()]
  for (const [name, list] of Object.entries(LISTS)) {
    const { nextCursor } = await list(rival.actor, { limit: '1' })
    for (const cursor of [nextCursor!, 'e30', Buffer.alloc(60, name).toString('base64url')])
      await expect(list(home.actor, { cursor })).rejects.toMatchObject(REFUSED)
  }
})

it('the same question gets the same cursor, in which nothing can be read', async () => {
  const { actor } = await setup()
  const ask = async () => (await LISTS['api-keys']!(actor, { limit: '1', sort: 'name' })).nextCursor!
  const cursor = await ask()
  expect(await ask()).toBe(cursor)
  const { id, name } = await db().apiKey.findFirstOrThrow({ where: { name: 'key 0', clubId: actor.clubId } })
  const text = Buffer.from(cursor, 'base64url').toString('latin1')
  for (const told of [id, name, actor.clubId]) expect(text).not.toContain(told)
})

it('a longest name still makes a cursor that is taken', async () => {
  const { coach, actor } = await setup()
  const name = '\u{1F3C5}'.repeat(64)
  await makeKey(coach, { name })
  await makeKey(coach, { name })
  const list = LISTS['api-keys']! as (actor: Actor, given: Given) => Promise<Page<ApiKey>>
  const page = await list(actor, { sort: 'name', limit: '4' })
  const next = await list(actor, { sort: 'name', limit: '4', cursor: page.nextCursor! })
  expect([page.data.at(-1)?.name, next.data.map((key) => key.name)]).toEqual([name, [name]])
})

it('every list leads back page by page as it led on, and knows where it begins', async () => {
  const { coach, actor } = await setup()
  for (const [list, given] of QUESTIONS(coach.userId)) {
    const read = async (cursor?: string) =>
      LISTS[list]!(actor, { ...given, limit: '2', ...(cursor && { cursor }) })
    const on: Page<{ id: string }>[] = []
    for (let cursor: string | undefined; ;) {
      const page = await read(cursor)
      on.push(page)
      if (page.nextCursor === null) break
      cursor = page.nextCursor
    }
    const back = [on.at(-1)!]
    while (back[0]!.previousCursor !== undefined) back.unshift(await read(back[0]!.previousCursor))
    expect({ list, given, ids: idsOf(back) }).toEqual({ list, given, ids: idsOf(on) })
    expect(on[0]!.previousCursor).toBeUndefined()
    expect(back.slice(0, -1).every(({ nextCursor }) => nextCursor !== null)).toBe(true)
  }
})

const idsOf = (pages: Page<{ id: string }>[]) => pages.map(({ data }) => data.map(({ id }) => id))

it('the cursor of the page before belongs to its own question, too', async () => {
  const { actor } = await setup()
  const first = await listApiKeys(actor, { limit: 1 })
  const { previousCursor } = await listApiKeys(actor, { limit: 1, cursor: first.nextCursor! })
  await expect(listApiKeys(actor, { limit: 1, cursor: previousCursor, q: 'key' })).rejects.toMatchObject(
    REFUSED,
  )
  await expect(listApiKeys(actor, { limit: 1, cursor: previousCursor, sort: 'name' })).rejects.toMatchObject(
    REFUSED,
  )
  expect((await listApiKeys(actor, { limit: 1, cursor: previousCursor })).data).toEqual(first.data)
})
