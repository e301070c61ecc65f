import { randomUUID } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { z } from 'zod'
import type { Operation } from '@/contracts/operation'
import { db } from '@/lib/db/client'
import { totalOf } from '@/lib/page'
import { USUAL_POOL_SIZE } from '@/lib/settings'
import { makeDelivery } from '../resources/webhooks'
import { makeKey, makeMember, makePractice, twoClubs, useDatabase, type Member } from '../support/club'
import { fixtureOf, rowFor } from '../support/fixtures'
import { ask, signedIn, type Caller } from '../support/in-process'
import { setMembership } from '../support/sign-in'
import { operations } from '../support/tenancy'

useDatabase()

const isList = ({ query }: Operation) =>
  Object.hasOwn((query as z.ZodObject | undefined)?.shape ?? {}, 'cursor')
const lists = (Object.entries(operations) as [string, Operation][]).filter(([, one]) => isList(one))

let home: Member
let rival: Member
let caller: Caller
/** What stands for `{id}` in the one list that belongs to something. */
let endpointId: string
beforeAll(async () => {
  const clubs = await twoClubs()
  ;[home, rival] = [clubs.home.admin, clubs.rival.admin]
  for (const one of [home, rival]) {
    await setMembership(one, { roles: ['CLUB_ADMIN', 'COACH'] })
    one.roles = ['CLUB_ADMIN', 'COACH']
    for (const [name] of lists) if (fixtureOf(name).make) for (let n = 0; n < 3; n++) await rowFor(name, one)
  }
  endpointId = (await makeDelivery(home)).id
  for (let n = 0; n < 2; n++) await makeDelivery(home, endpointId)
  caller = await signedIn(home)
})

type Body = {
  data: unknown[]
  nextCursor: string | null
  total?: number | null
  totalIsExact?: boolean
  errors?: { path: string }[]
}
const below = ({ path }: Operation) => path.replace('/api/v1/', '').replace('{id}', endpointId)
const read = async (target: string, by = caller) => (await (await ask(by, 'GET', target)).json()) as Body

async function walk(target: string, by = caller): Promise<number> {
  let rows = 0
  for (let cursor = ''; ;) {
    const { data, nextCursor } = await read(
      `${target}${target.includes('?') ? '&' : '?'}limit=2${cursor}`,
      by,
    )
    rows += data.length
    if (nextCursor === null) return rows
    cursor = `&cursor=${nextCursor}`
  }
}

it('all lists of the registry are tried', () => expect(lists.map(([name]) => name)).toEqual(expect.arrayContaining(['listApiKeys', 'listMembers', 'listPractices', 'listServiceAccounts', 'listAuditEvents']))) // prettier-ignore

describe.each(lists)('%s', (_, operation) => {
  it('counts the rows of all pages where it is asked to, in its own club alone', async () => {
    const target = below(operation)
    const rows = await walk(target)
    expect(rows).toBeGreaterThan(2)
    expect(await read(`${target}?count=true&limit=1`)).toMatchObject({
      total: rows,
      totalIsExact: true,
      data: [expect.anything()],
    })
    for (const asked of [target, `${target}?count=false`]) {
      const answer = await read(asked)
      expect(answer).not.toHaveProperty('total')
      expect(answer).not.toHaveProperty('totalIsExact')
    }
  })

  it('goes on from a page that was counted, counted or not', async () => {
    const target = below(operation)
    const { nextCursor, total } = await read(`${target}?count=true&limit=1`)
    const next = await read(`${target}?limit=1&cursor=${nextCursor}`)
    const counted = await read(`${target}?limit=1&cursor=${nextCursor}&count=true`)
    expect(next.data).toHaveLength(1)
    expect(counted).toEqual({ ...next, total, totalIsExact: true })
  })

  it.each(['', '1', 'yes', 'TRUE', 'true&count=true'])('refuses count=%s by name', async (count) => {
    const answer = await read(`${below(operation)}?count=${count}`)
    expect(answer.errors?.map(({ path }) => path)).toEqual(['count'])
  })
})

it.each([
  'api-keys?status=active',
  'api-keys?q=test',
  'api-keys?sort=lastUsedAt',
  'api-keys?sort=expiresAt&order=desc',
  'api-keys?imported=true',
  'members?role=COACH',
  'members?status=REMOVED',
  'practices?status=PUBLISHED',
  'practices?from=2027-03-01T18:00:00Z&to=2027-03-01T18:00:01Z',
  'service-accounts?status=SUSPENDED',
  'audit-events?action=api-key.create',
])('counts under the same filters as the list: %s', async (target) => {
  expect(await read(`${target}&count=true`)).toMatchObject({ total: await walk(target), totalIsExact: true })
})

it('counts no row that the caller may not see', async () => {
  const athlete = await makeMember(home.clubId, ['ATHLETE'])
  const key = await makeKey(athlete)
  await makePractice(home, 'DRAFT')
  for (const target of ['api-keys', 'practices']) {
    const { total } = await read(`${target}?count=true`, key)
    expect(total).toBe(await walk(target, key))
    expect(total).toBeLessThan((await read(`${target}?count=true`)).total!)
  }
})

it('counts up to 100,000, and says where there are more', async () => {
  const found = (rows: number) =>
    totalOf(home, { count: 'true' }, (most) => Promise.resolve(Math.min(rows, most)))
  expect(await found(0)).toEqual({ total: 0, totalIsExact: true })
  expect(await found(100_000)).toEqual({ total: 100_000, totalIsExact: true })
  expect(await found(100_001)).toEqual({ total: 100_000, totalIsExact: false })
  expect(await found(10_000_000)).toEqual({ total: 100_000, totalIsExact: false })
})

describe('few count at once', () => {
  const people = (many: number, clubId: string = randomUUID()) =>
    Array.from({ length: many }, () => ({ clubId, userId: randomUUID() }))
  const NOBODY_COUNTS = { total: null, totalIsExact: false }
  const MOST = USUAL_POOL_SIZE / 4

  /** Counts that end when they are told to. */
  function held() {
    const ends: (() => void)[] = []
    const count = () => new Promise<number>((resolve) => ends.push(() => resolve(7)))
    const running = () => ends.length
    const until = async (many: number) => {
      while (running() < many) await nextTurn()
    }
    return { count, running, until, end: () => ends.splice(0).forEach((one) => one()) }
  }
  const ask = (one: { clubId: string; userId: string }, count: () => Promise<number>) =>
    totalOf(one, { count: 'true' }, count)

  it('a quarter of the connections, in whatever clubs; the others are told that nobody knows', async () => {
    const { count, running, end } = held()
    const under = people(MOST).map((one) => ask(one, count))
    const over = await Promise.all(people(30).map((one) => ask(one, count)))
    expect(running()).toBe(MOST)
    expect(over).toEqual(over.map(() => NOBODY_COUNTS))
    end()
    expect(await Promise.all(under)).toEqual(under.map(() => ({ total: 7, totalIsExact: true })))
  })

  it('one of each person, in one club; somebody else counts meanwhile', async () => {
    const { count, running, end } = held()
    const [me, other] = people(2, randomUUID())
    const [mine, again] = [ask(me!, count), ask(me!, count)]
    expect(await again).toEqual(NOBODY_COUNTS)
    expect(running()).toBe(1)
    expect(await ask(other!, () => Promise.resolve(3))).toMatchObject({ total: 3 })
    end()
    expect(await mine).toMatchObject({ total: 7 })
  })

  it('who waits gets the turn of whoever ends, the longest first, and a fault gives it back, too', async () => {
    const { count, until, end } = held()
    const under = people(MOST).map((one) => ask(one, count))
    await until(MOST)
    const order: string[] = []
    const later = people(3).map((one) => ask(one, () => Promise.resolve(order.push(one.userId))))
    end()
    expect((await Promise.all(later)).map(({ total }) => total)).toEqual([1, 2, 3])
    await Promise.all(under)
    const broken = () => Promise.reject(new Error('a fault of ours'))
    for (const one of people(MOST + 1)) await expect(ask(one, broken)).rejects.toThrow('a fault of ours')
    expect(await ask(people(1)[0]!, () => Promise.resolve(5))).toMatchObject({ total: 5 })
  })
})

it('RateLimit of a session tells what its sign-in may still do, also where it is refused', async () => {
  const one = await signedIn(home)
  const left = async (target: string, status: number) => {
    const answer = await ask(one, 'GET', target)
    expect(answer.status).toBe(status)
    expect(answer.headers.get('ratelimit-policy')).toMatch(/^"session";q=\d+;w=60$/)
    return Number(/^"session";r=(\d+);t=\d+$/.exec(answer.headers.get('ratelimit')!)?.[1])
  }
  const first = await left('whoami', 200)
  expect([await left('api-keys?limit=0', 422), await left('practices', 200)]).toEqual([first - 1, first - 2])
})

it('is not refused for what takes too long to count', async () => {
  const slow = () => db().$queryRaw`SELECT pg_sleep(5)`.then(() => 1)
  expect(await totalOf(home, { count: 'true' }, slow)).toEqual({ total: null, totalIsExact: false })
  const broken = () => Promise.reject(new Error('a fault of ours'))
  await expect(totalOf(home, { count: 'true' }, broken)).rejects.toThrow('a fault of ours')
})
