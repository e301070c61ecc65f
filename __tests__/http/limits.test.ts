import { db } from '@/lib/db/client'
import { makeClub, makeKey, makeMember, useDatabase, type Member } from '../support/club'
import type { RawResponse } from '../support/raw-http'
import { startServer, type Server } from '../support/server'

const database = useDatabase()
const KEY = 5
const CLUB = 8
const FAILURES = 4
const CHANGES = 3

let server: Server
beforeAll(async () => {
  server = await startServer({
    databaseUrl: database.url(),
    env: {
      RATE_LIMIT_PER_KEY: String(KEY),
      RATE_LIMIT_PER_CLUB: String(CLUB),
      RATE_LIMIT_FAILURES_PER_ADDRESS: String(FAILURES),
      RATE_LIMIT_CHANGES_PER_USER: String(CHANGES),
      TRUSTED_PROXIES: '127.0.0.1/32',
    },
  })
}, 60_000)
afterAll(() => server.stop())

const someone = async (): Promise<Member> => makeMember((await makeClub()).id, ['COACH'])
const whoami = (token: string) => server.call('GET', '/api/v1/whoami', token)
const create = (token: string) =>
  server.call('POST', '/api/v1/api-keys', token, { name: 'made', scopes: ['practices:read'] })

async function times(count: number, call: () => Promise<RawResponse>): Promise<number[]> {
  const statuses: number[] = []
  for (let i = 0; i < count; i++) statuses.push((await call()).status)
  return statuses
}
const of = (good: number, over: number, status = 200) => [
  ...Array<number>(good).fill(status),
  ...Array<number>(over).fill(429),
]

/**
 * What is left of a limit, and the seconds until its window ends, as the headers say
 * (draft-ietf-httpapi-ratelimit-headers-11).
 */
function left({ headers }: RawResponse, name: string): [number, number] {
  const [, remaining, reset] = new RegExp(`"${name}";r=(\\d+);t=(\\d+)`).exec(headers.ratelimit ?? '') ?? []
  return [Number(remaining), Number(reset)]
}

function expectOver(answer: RawResponse, name: string): void {
  expect(answer.status).toBe(429)
  expect(answer.headers['content-type']).toContain('application/problem+json')
  expect(answer.json()).toMatchObject({ code: 'rate_limited', status: 429 })
  const [remaining, reset] = left(answer, name)
  expect(remaining).toBe(0)
  expect(Number(answer.headers['retry-after'])).toBe(reset)
  expect(reset).toBeGreaterThan(0)
  expect(reset).toBeLessThanOrEqual(60)
}

describe('G10: limits over HTTP', () => {
  it('of a key: every good answer says what is left, in the syntax of the draft, and the next one too many waits as long as it is told', async () => {
    const { token } = await makeKey(await someone())
    for (let call = 1; call <= KEY; call++) {
      const answer = await whoami(token)
      expect(answer.status).toBe(200)
      expect(answer.headers['ratelimit-policy']).toBe(`"key";q=${KEY};w=60, "club";q=${CLUB};w=60`)
      expect(answer.headers.ratelimit).toMatch(/^"key";r=\d+;t=\d+, "club";r=\d+;t=\d+$/)
      expect(left(answer, 'key')[0]).toBe(KEY - call)
      expect(left(answer, 'club')[0]).toBe(CLUB - call)
    }
    expectOver(await whoami(token), 'key')
  })

  it('of a key counts what the handler refuses, and nothing that the limit refused', async () => {
    const owner = await someone()
    const [key, other] = [await makeKey(owner), await makeKey(owner)]
    const missing = () =>
      server.call('GET', '/api/v1/practices/00000000-0000-4000-8000-000000000000', key.token)
    expect(await times(KEY + 10, missing)).toEqual([
      ...Array<number>(KEY).fill(404),
      ...Array<number>(10).fill(429),
    ])
    // Refused calls took nothing from the club's share.
    expect(await times(5, () => whoami(other.token))).toEqual(of(CLUB - KEY, 2))
  })

  it('of a key are said in what the handler refuses, too; not in a 404, which is the same for a foreign id and a missing one', async () => {
    const { token } = await makeKey(await someone())
    const answers = [
      await server.call('GET', '/api/v1/audit-events', token),
      await server.call('GET', '/api/v1/practices?limit=0', token),
    ]
    expect(answers.map(({ status }) => status)).toEqual([403, 422])
    expect(answers.map((answer) => left(answer, 'key')[0])).toEqual([KEY - 1, KEY - 2])
    expect(new Set(answers.map(({ headers }) => headers['ratelimit-policy']))).toEqual(
      new Set([`"key";q=${KEY};w=60, "club";q=${CLUB};w=60`]),
    )
    const missing = await server.call('GET', '/api/v1/practices/00000000-0000-4000-8000-000000000000', token)
    expect(missing.status).toBe(404)
    expect(Object.keys(missing.headers).filter((name) => name.startsWith('ratelimit'))).toEqual([])
  })

  it('of a club: its keys share one ceiling, and no other club’s', async () => {
    const { id: clubId } = await makeClub()
    const [one, two] = [
      await makeKey(await makeMember(clubId, ['COACH'])),
      await makeKey(await makeMember(clubId, ['ATHLETE'])),
    ]
    expect(await times(KEY, () => whoami(one.token))).toEqual(of(KEY, 0))
    expect(await times(KEY, () => whoami(two.token))).toEqual(of(CLUB - KEY, 2 * KEY - CLUB))
    expectOver(await whoami(two.token), 'club')
    expect((await whoami((await makeKey(await someone())).token)).status).toBe(200)
  })

  it('of changes: one person’s keys share them, questions are none, and a refused one makes nothing', async () => {
    const owner = await someone()
    const [one, two] = [await makeKey(owner), await makeKey(owner)]
    expect(await times(2, () => create(one.token))).toEqual([201, 201])
    expect((await server.call('GET', '/api/v1/api-keys', two.token)).status).toBe(200)
    expect((await create(two.token)).status).toBe(201)
    const refused = await create(two.token)
    expectOver(refused, 'changes')
    expect(refused.body).not.toContain('sk_')
    const { data } = (await server.call('GET', '/api/v1/api-keys', two.token)).json() as { data: unknown[] }
    expect(data).toHaveLength(2 + CHANGES)
  })

  it('of failures: an address that guesses waits; a key in use there goes on, and other addresses notice nothing', async () => {
    const from = (address: string, token: string) =>
      server.send({
        path: '/api/v1/whoami',
        headers: [
          ['Authorization', `Bearer ${token}`],
          ['X-Forwarded-For', address],
        ],
      })
    const { token } = await makeKey(await someone())
    expect((await from('203.0.113.7', token)).status).toBe(200)
    expect(await times(FAILURES + 3, () => from('203.0.113.7', 'sk_nobody'))).toEqual(of(FAILURES, 3, 401))
    expectOver(await from('203.0.113.7', 'sk_nobody'), 'failures')
    expect((await from('203.0.113.7', token)).status).toBe(200)
    const other = await from('203.0.113.8', 'sk_nobody')
    expect([other.status, left(other, 'failures')[0]]).toEqual([401, FAILURES - 1])
  })

  it('of failures: a 401 tells an address what it has left, whatever is wrong with the token', async () => {
    const dead = await makeKey(await someone())
    await db().apiKey.update({ where: { id: dead.id }, data: { revokedAt: new Date() } })
    const tokens = ['sk_nobody', dead.token, 'sk_club_madeup', 'another.systems']
    const from = (address: string, token: string) =>
      server.send({
        path: '/api/v1/whoami',
        headers: [
          ['Authorization', `Bearer ${token}`],
          ['X-Forwarded-For', address],
        ],
      })
    for (const [n, token] of tokens.entries()) {
      const answer = await from('203.0.113.9', token)
      expect([answer.status, left(answer, 'failures')[0]]).toEqual([401, FAILURES - 1 - n])
      expect(answer.headers['ratelimit-policy']).toBe(`"failures";q=${FAILURES};w=60`)
    }
    // Whose address is not known, share a count with strangers.
    const unknown = await from('not an address', 'sk_nobody')
    expect([unknown.status, unknown.headers.ratelimit]).toEqual([401, undefined])
  })

  it('of failures: whoever has a network of 64 bits guesses from all of its addresses as from one', async () => {
    const from = (address: string) =>
      server.send({
        path: '/api/v1/whoami',
        headers: [
          ['Authorization', 'Bearer sk_nobody'],
          ['X-Forwarded-For', address],
        ],
      })
    let host = 0
    const next = () => from(`2001:db8:1:2::${(++host).toString(16)}`)
    expect(await times(FAILURES + 3, next)).toEqual(of(FAILURES, 3, 401))
    expect((await from('2001:db8:1:2:ffff:ffff:ffff:ffff')).status).toBe(429)
    expect((await from('2001:db8:1:3::1')).status).toBe(401)
  })
})
