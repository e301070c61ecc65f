import { setTimeout as sleep } from 'node:timers/promises'
import '@/club-app'
import { reportLeaksRoute } from '@/http/leaks-route'
import { deleteApiKey, revokeApiKey } from '@/lib/auth/api-key'
import { mintToken } from '@/lib/auth/token'
import { db } from '@/lib/db/client'
import { changesHeard, makeKey, twoClubs, useDatabase, type TestKey } from '../support/club'
import type { RawResponse } from '../support/raw-http'
import { relayTo } from '../support/relay'
import { startServer, useServer, type Server } from '../support/server'

const database = useDatabase()
const server = useServer(database.url, { env: { TRUSTED_PROXIES: '127.0.0.1/32' } })

const PATH = '/api/v1/leaks'
const RECEIVED = { status: 202, body: '{"received":true}' }
const PER_MINUTE = 60

let clubs: Awaited<ReturnType<typeof twoClubs>>
beforeAll(async () => {
  clubs = await twoClubs()
})

let from = 0
type Headers = Record<string, string>
/** From an address of its own, unless one is given. */
const send = (body: string | Buffer, headers: Headers = {}, at: Server = server()): Promise<RawResponse> => {
  const all = {
    'x-forwarded-for': `198.51.100.${from++ % 250}`,
    'content-type': 'application/json',
    ...headers,
  }
  return at.send({ method: 'POST', path: PATH, headers: Object.entries(all), body })
}
const report = (body: unknown, headers: Headers = {}) => send(JSON.stringify(body), headers)
const told = ({ status, body }: RawResponse) => ({ status, body })
const whoami = async (at: Server, token: string) => (await at.call('GET', '/api/v1/whoami', token)).status
const leaksOf = (key: TestKey) =>
  db().auditEvent.count({ where: { targetId: key.id, action: 'api-key.leaked' } })
const everything = async () => ({
  keys: await db().apiKey.findMany({ orderBy: { id: 'asc' } }),
  audit: await db().auditEvent.count(),
})

describe('POST leaks', () => {
  it('ends a key, whoever reports it, for the process that answers before it does', async () => {
    const key = await makeKey(clubs.home.coach)
    for (let i = 0; i < 3; i++) expect(await whoami(server(), key.token)).toBe(200)
    expect(told(await report({ token: key.token }))).toEqual(RECEIVED)
    expect(await whoami(server(), key.token)).toBe(401)
  })

  it('answers every token alike, in bytes and headers, and touches nothing for the dead', async () => {
    const [live, revoked, deleted] = [await makeKey(clubs.home.coach), await makeKey(clubs.home.coach), await makeKey(clubs.rival.coach)] // prettier-ignore
    await revokeApiKey(revoked.actor, { id: revoked.id })
    await deleteApiKey(deleted.actor, { id: deleted.id })
    await changesHeard()
    const unknown = mintToken().secret.reveal()
    const before = await everything()
    const dead = [revoked.token, deleted.token, unknown, unknown.slice(0, -1), 'x', ' ', '\u0000', 'é', 'x'.repeat(60_000)] // prettier-ignore
    const seen = []
    for (const token of dead) seen.push(await report({ token, url: 'https://a.example', source: 'me' }))
    expect(await everything()).toEqual(before)
    seen.push(await report({ token: live.token }))
    expect(await leaksOf(live)).toBe(1)
    const shape = ({ status, headers, body }: RawResponse) => ({
      status,
      body,
      headers: { ...headers, date: '', 'x-request-id': '' },
    })
    for (const answer of seen) expect(shape(answer)).toEqual(shape(seen[0]!))
    expect(told(seen[0]!)).toEqual(RECEIVED)
  })

  it('takes a hundred tokens at once, of several clubs', async () => {
    const keys = [await makeKey(clubs.home.coach), await makeKey(clubs.rival.coach)]
    const tokens = [
      ...keys.map(({ token }) => token),
      ...Array.from({ length: 98 }, (_, n) => `unknown-${n}`),
    ]
    expect(told(await report({ tokens }))).toEqual(RECEIVED)
    for (const key of keys) expect([await leaksOf(key), await whoami(server(), key.token)]).toEqual([1, 401])
  })

  it('looks at no credential, good or bad, and is no use of one', async () => {
    const [key, mine] = [await makeKey(clubs.home.coach), await makeKey(clubs.home.athlete)]
    expect(told(await report({ token: key.token }, { authorization: `Bearer ${mine.token}` }))).toEqual(
      RECEIVED,
    )
    expect(
      told(await report({ token: 'x' }, { authorization: 'Bearer nobody', 'x-api-key': 'a b' })),
    ).toEqual(RECEIVED)
    expect(await leaksOf(key)).toBe(1)
    expect(await whoami(server(), mine.token)).toBe(200)
  })

  it.each<[string, unknown]>([
    ['token', {}],
    ['token', { token: 'a', tokens: ['b'] }],
    ['token', { token: '' }],
    ['token', { token: 7 }],
    ['tokens', { tokens: [] }],
    ['tokens', { tokens: Array.from({ length: 101 }, (_, n) => `token-${n}`) }],
    ['tokens.1', { tokens: ['a', null] }],
    ['url', { token: 'a', url: 'x'.repeat(2_001) }],
    ['source', { token: 'a', source: ['x'] }],
    ['more', { token: 'a', more: true }],
    ['', []],
    ['', null],
  ])('refuses what it cannot read, naming %s: %j', async (path, body) => {
    const answer = await report(body)
    expect([answer.status, answer.json().errors]).toEqual([422, [{ path, message: expect.any(String) }]])
  })

  it('refuses other types, compressed, broken and large bodies, each by its own code', async () => {
    const good = JSON.stringify({ token: 'x' })
    expect((await send(good, { 'content-type': 'text/plain' })).status).toBe(415)
    expect((await send(good, { 'content-encoding': 'gzip' })).status).toBe(415)
    expect((await send('{"token":')).status).toBe(422)
    expect((await send('{"token":"a","token":"b"}')).status).toBe(422)
    expect((await send('')).status).toBe(422)
    expect((await send(JSON.stringify({ token: 'x'.repeat(66_000) }))).status).toBe(413)
  })

  it('G1: neither logs a token nor repeats one, whatever is wrong with the report', async () => {
    const { token } = await makeKey(clubs.home.coach)
    const answers = [
      await report({ token, url: token, source: token, more: token }),
      await report({ [token]: 1 }),
      await report({ token, url: `https://a.example/${token}`, source: `found ${token}` }),
    ]
    for (const { body } of answers) expect(body).not.toContain(token.slice(0, 30))
    // What the server printed is looked through when it stops.
    expect(server().output()).not.toContain(token.slice(8, 40))
  })

  it('is answered by its end’s time: who sends it slowly does not choose what the steps hide', async () => {
    let ended = NaN
    const body = new ReadableStream<Uint8Array>({
      async start(controller) {
        await sleep(150)
        controller.enqueue(Buffer.from(JSON.stringify({ token: 'x' })))
        controller.close()
        ended = performance.now()
      },
    })
    const headers = { 'content-type': 'application/json' }
    const options = { method: 'POST', headers, body, duplex: 'half' } as RequestInit
    const request = new Request(`http://localhost:3000${PATH}`, options)
    const answer = await reportLeaksRoute(request, { params: Promise.resolve({}) })
    expect(answer.status).toBe(202)
    expect(performance.now() - ended).toBeGreaterThan(150)
  })

  it('G15: counts an address’s reports, and no other’s', async () => {
    const address = { 'x-forwarded-for': '203.0.113.9' }
    const all = await Promise.all(Array.from({ length: PER_MINUTE }, () => report({ token: 'x' }, address)))
    expect(all.map(({ status }) => status)).toEqual(Array.from({ length: PER_MINUTE }, () => 202))
    const over = await report({ token: 'x' }, address)
    expect([over.status, over.json().code, over.headers['retry-after']]).toEqual([429, 'rate_limited', expect.any(String)]) // prettier-ignore
    expect(over.headers.ratelimit).toContain('"reports";r=0;')
    expect((await report({ token: 'x' })).status).toBe(202)
  })
})

describe('while the database is away', () => {
  it('G7: a report is answered 503 within a second, and never taken', async () => {
    const relay = await relayTo(database.url())
    const alone = await startServer({
      databaseUrl: relay.url,
      env: { DATABASE_DIRECT_URL: database.directUrl(), DATABASE_TIMEOUT_MS: '750' },
    })
    try {
      const key = await makeKey(clubs.home.coach)
      expect(told(await send(JSON.stringify({ token: 'unknown' }), {}, alone))).toEqual(RECEIVED)
      relay.cut()
      const began = Date.now()
      const answer = await send(JSON.stringify({ token: key.token }), {}, alone)
      expect([answer.status, answer.headers['retry-after']]).toEqual([503, '5'])
      expect(Date.now() - began).toBeLessThan(1_500)
      relay.mend()
      await sleep(500)
      expect(await leaksOf(key)).toBe(0)
    } finally {
      await alone.stop()
      await relay.close()
    }
  }, 40_000)
})
