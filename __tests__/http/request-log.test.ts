import { randomUUID } from 'node:crypto'
import { db } from '@/lib/db/client'
import { makeClub, makeKey, makeMember, useDatabase, type Member, type TestKey } from '../support/club'
import { bearer } from '../support/forgery'
import { useServer } from '../support/server'

const database = useDatabase()
const server = useServer(database.url, { env: { API_KEY_OLD_PREFIXES: 'OLD_' } })

let admin: Member
let key: TestKey
beforeAll(async () => {
  admin = await makeMember((await makeClub()).id, ['CLUB_ADMIN', 'COACH'])
  key = await makeKey(admin)
})

type Line = Record<string, unknown>

/** The lines about one request, once they are written. */
async function linesAbout(requestId: unknown): Promise<Line[]> {
  await new Promise((resolve) => setTimeout(resolve, 200))
  return server()
    .output()
    .split('\n')
    .filter((line) => line.includes('"msg":"request"'))
    .map((line) => JSON.parse(line) as Line)
    .filter((line) => line.requestId === requestId)
}
const lineAbout = async (requestId: unknown): Promise<Line | undefined> => (await linesAbout(requestId))[0]

const send = (path: string, headers: [string, string][] = []) => server().send({ path, headers })

describe('the id of a request', () => {
  const idOf = async (...headers: [string, string][]) =>
    (await send('/api/v1/whoami', headers)).headers['x-request-id']
  const OURS = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/

  it.each(['a', 'A.b_c-9', 'x'.repeat(128), randomUUID()])('is the client’s: %s', async (id) => {
    expect(await idOf(...bearer(key.token), ['X-Request-Id', id])).toBe(id)
    expect(await idOf(['X-Request-Id', id])).toBe(id)
  })

  it.each(['', 'x'.repeat(129), 'a b', 'a,b', 'a/b', 'a:b', '\u00e4', 'a"b', '{a}', '%41', 'a;b', '\u0000'])(
    'is ours where the client’s is none: %j',
    async (id) => {
      const seen = await idOf(...bearer(key.token), ['X-Request-Id', id]).catch(() => 'refused')
      if (id !== '\u0000') expect(seen).toMatch(OURS)
    },
  )

  it('is ours where the client sends two', async () => {
    expect(await idOf(['X-Request-Id', 'a'], ['X-Request-Id', 'b'])).toMatch(OURS)
  })

  it('G1: is no token: neither one of ours, nor of a system before, nor the credential itself', async () => {
    for (const id of [key.token, `a-${key.token}`, 'OLD_0123456789'])
      expect(await idOf(['X-Request-Id', id])).toMatch(OURS)
    const opaque = 'of-another-system-0123456789'
    expect(await idOf(...bearer(opaque), ['X-Request-Id', opaque])).toMatch(OURS)
    expect(await idOf(['X-API-Key', opaque], ['X-Request-Id', opaque])).toMatch(OURS)
  })

  it('G1: is no credential that is written in another way', async () => {
    const opaque = 'of-another-system-0123456789'
    for (const value of [`Bearer\t${opaque}`, `Bearer ${opaque}==`, `Basic ${btoa(`${key.id}:${opaque}`)}`])
      expect(await idOf(['Authorization', value], ['X-Request-Id', opaque])).toMatch(OURS)
    expect(await idOf(['Cookie', `next-auth.session-token=${opaque}`], ['X-Request-Id', opaque])).toMatch(
      OURS,
    )
  })

  it('stands in the problem and in the audit log', async () => {
    const refused = await send('/api/v1/api-keys/x', [...bearer(key.token), ['X-Request-Id', 'refused-1']])
    expect(refused.json()).toMatchObject({ status: 404, requestId: 'refused-1' })
    const made = await server().send({
      method: 'POST',
      path: '/api/v1/practices',
      headers: [...bearer(key.token), ['X-Request-Id', 'made-1'], ['Content-Type', 'application/json']],
      body: JSON.stringify({ title: 'made', startsAt: '2027-01-01T10:00:00Z' }),
    })
    expect(made.status).toBe(201)
    expect(made.headers['x-request-id']).toBe('made-1')
    expect(await db().auditEvent.count({ where: { requestId: 'made-1' } })).toBe(1)
  })
})

describe('the log', () => {
  it('has a line for each request: thirty good ones and thirty bad ones are sixty', async () => {
    const run = randomUUID()
    for (let i = 0; i < 30; i++) {
      await send('/api/v1/whoami?q=1', [...bearer(key.token), ['X-Request-Id', `${run}-good`]])
      await send('/api/v1/whoami', [...bearer(`sk_club_${'x'.repeat(49)}`), ['X-Request-Id', `${run}-bad`]])
    }
    const good = await linesAbout(`${run}-good`)
    expect(good).toHaveLength(30)
    expect(good[0]).toEqual({
      level: 30,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      msg: 'request',
      requestId: `${run}-good`,
      method: 'GET',
      path: '/api/v1/whoami',
      status: 200,
      durationMs: expect.any(Number),
      outcome: 'ok',
      keyId: key.id,
      clubId: admin.clubId,
      userId: admin.userId,
    })
    const bad = await linesAbout(`${run}-bad`)
    expect(bad).toHaveLength(30)
    expect(bad[0]).toMatchObject({ status: 401, outcome: 'invalid_token', address: '127.0.0.1' })
    expect(bad[0]).not.toHaveProperty('keyId')
  })

  it('says which key was refused, and why, which the caller is not told', async () => {
    const dead = await makeKey(admin)
    await db().apiKey.update({ where: { id: dead.id }, data: { revokedAt: new Date() } })
    const { headers } = await send('/api/v1/whoami', bearer(dead.token))
    expect(await lineAbout(headers['x-request-id'])).toMatchObject({
      status: 401,
      outcome: 'invalid_token',
      reason: 'revoked',
      keyId: dead.id,
    })
  })

  it('holds neither a query nor a token in a path', async () => {
    const { headers } = await send(`/api/v1/${key.token}?secret=of-a-query`, bearer(key.token))
    const line = await lineAbout(headers['x-request-id'])
    expect(line).toMatchObject({ path: '/api/v1/[redacted]', keyId: key.id })
    expect(server().output()).not.toContain('of-a-query')
  })

  it('G1: holds no token in a path, however it is written, and no password before a host', async () => {
    const escaped = [...key.token].map((one) => `%${one.charCodeAt(0).toString(16)}`).join('')
    const old = 'OLD_0123456789abcdef'
    const segments = [
      escaped,
      escaped.replaceAll('%', '%25'),
      `%73${key.token.slice(1)}`,
      key.token.replaceAll('_', '%5F'),
      `a%20${key.token}`,
      `%4f${old.slice(1)}`,
    ]
    for (const segment of segments) {
      const answer = await send(`/api/v1/${segment}/x`, bearer(key.token))
      expect(answer.json()).toMatchObject({
        status: 404,
        instance: expect.stringMatching(/\[redacted\]\/x$/),
      })
      expect((await lineAbout(answer.headers['x-request-id']))?.path).toMatch(/\[redacted\]\/x$/)
    }
    for (const start of ['http://', '//']) {
      const { headers } = await send(`${start}me:of-a-host@localhost/api/v1/whoami`, bearer(key.token))
      expect((await lineAbout(headers['x-request-id']))?.path).toBe(
        `${start}[redacted]@localhost/api/v1/whoami`,
      )
    }
    const plain = await send('/api/v1/%73imple%20path/100%25', bearer(key.token))
    expect(plain.json().instance).toBe('/api/v1/%73imple%20path/100%25')
  })

  it('names the trace that a request belongs to', async () => {
    const traceId = randomUUID().replaceAll('-', '')
    const { headers } = await send('/sign-in', [['traceparent', `00-${traceId}-00f067aa0ba902b7-01`]])
    expect(await lineAbout(headers['x-request-id'])).toMatchObject({ traceId, path: '/sign-in', status: 200 })
  })

  it('has what is refused before the framework sees it', async () => {
    const { headers } = await server().send({ path: '/sign-in', body: ' '.repeat(100_000) })
    expect(await lineAbout(headers['x-request-id'])).toMatchObject({
      status: 413,
      outcome: 'payload_too_large',
    })
  })

  it('leaves probes and built files out while they are good', async () => {
    for (const path of ['/api/health/live', '/api/health/ready', '/icon.svg']) {
      const { headers, status } = await send(path)
      expect(status).toBe(200)
      expect(await linesAbout(headers['x-request-id'])).toHaveLength(path === '/icon.svg' ? 1 : 0)
    }
  })

  it('G15: has a bounded number of lines of strangers, and says how many it left out', async () => {
    const before = server().output().length
    const started = performance.now()
    const one = () => send('/api/v1/whoami', [['X-Request-Id', 'flood']])
    for (let i = 0; i < 30; i++) await Promise.all(Array.from({ length: 20 }, one))
    const seconds = (performance.now() - started) / 1000
    const lines = (await linesAbout('flood')).length
    expect(lines).toBeLessThanOrEqual(100 + 5 * (seconds + 1))
    // Those of a known caller go on.
    const { headers } = await send('/api/v1/whoami', bearer(key.token))
    expect(await lineAbout(headers['x-request-id'])).toMatchObject({ outcome: 'ok' })
    await new Promise((resolve) => setTimeout(resolve, 500))
    const { headers: later } = await send('/api/v1/whoami')
    expect(await lineAbout(later['x-request-id'])).toMatchObject({ leftOut: expect.any(Number) })
    expect(server().output().length - before).toBeLessThan(100_000)
  })
})

it('without METRICS_TOKEN there are no metrics, whoever asks', async () => {
  for (const headers of [[], bearer(key.token), bearer('any-token')]) {
    const answer = await send('/api/metrics', headers)
    expect([answer.status, answer.json().code]).toEqual([404, 'not_found'])
  }
})

describe('gzip', () => {
  const asked: [string, string] = ['Accept-Encoding', 'gzip']
  const encodingOf = async (path: string, headers: [string, string][]) => {
    const answer = await fetch(`http://127.0.0.1:${server().port}${path}`, {
      headers: Object.fromEntries([...headers, asked]),
    })
    const text = await answer.text()
    return { status: answer.status, encoding: answer.headers.get('content-encoding'), vary: answer.headers.get('vary'), text } // prettier-ignore
  }

  beforeAll(async () => {
    for (let i = 0; i < 30; i++) await makeKey(admin, { name: `one of many ${i}` })
  })

  it.each([
    ['a list', '/api/v1/api-keys?limit=100', {}],
    ['an export', '/api/v1/audit-events', { accept: 'text/csv' }],
    ['the document', '/api/openapi.json', {}],
    ['a page', '/sign-in', {}],
  ])('of %s, for whoever takes it', async (_, path, accept) => {
    const headers = [...bearer(key.token), ...Object.entries(accept)]
    const given = await encodingOf(path, path === '/sign-in' ? [] : headers)
    expect(given).toMatchObject({ status: 200, encoding: 'gzip' })
    expect(given.vary).toMatch(/accept-encoding/i)
    const plain = await send(path, path === '/sign-in' ? [] : headers)
    expect(plain.headers).not.toHaveProperty('content-encoding')
    if (path.includes('api-keys')) expect(JSON.parse(given.text)).toEqual(plain.json())
  })

  it('of no short answer: it would be longer', async () => {
    const given = await encodingOf('/api/v1/whoami', bearer(key.token))
    expect(given).toMatchObject({ status: 200, encoding: null })
  })
})
