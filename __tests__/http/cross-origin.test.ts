import { readOrigins } from '@/lib/origins'
import { makeClub, makeKey, makeMember, useDatabase, type TestKey } from '../support/club'
import { comparable } from '../support/answers'
import { migrateAsNewer, restrictAsNewer } from '../support/newer-release'
import type { RawRequest, RawResponse } from '../support/raw-http'
import { useServer } from '../support/server'
import { browser, forgetAttempts, givePassword, signIn } from '../support/sign-in'

const database = useDatabase()
const server = useServer(database.url, {
  env: { CORS_ORIGINS: 'https://app.example.org, capacitor://localhost' },
})

const NAMED = 'https://app.example.org'
const JSON_TYPE = ['Content-Type', 'application/json'] as const

let key: TestKey
let limited: TestKey
let session: { cookie: string; slug: string }
beforeAll(async () => {
  const club = await makeClub()
  const coach = await makeMember(club.id, ['COACH'])
  key = await makeKey(coach)
  limited = await makeKey(coach, { rateLimit: { limit: 1, windowSeconds: 3600 } })
  await forgetAttempts()
  await givePassword(coach)
  session = { cookie: await signIn(server(), coach), slug: club.slug }
})

const bearer = ({ token }: { token: string }) => ['Authorization', `Bearer ${token}`] as const
const from = (origin: string, { headers = [], ...request }: RawRequest) =>
  server().send({ ...request, headers: [...headers, ['Origin', origin]] })
const shared = ({ headers }: RawResponse) =>
  Object.keys(headers).filter((name) => name.startsWith('access-control-'))
const varies = ({ headers }: RawResponse) =>
  (headers.vary ?? '').split(/[,\n]/).map((one) => one.trim().toLowerCase())

const ask = (origin: string, path: string, method = 'POST', more: [string, string][] = []) =>
  from(origin, {
    method: 'OPTIONS',
    path,
    headers: [
      ['Access-Control-Request-Method', method],
      ['Access-Control-Request-Headers', 'authorization,idempotency-key'],
      ...more,
    ],
  })

describe('a preflight from an origin that is named', () => {
  it.each(['/api/v1/api-keys', '/api/v1/api-keys/x/rotate', '/api/v1/nothing', '/api/openapi.json'])(
    'is answered without a key, and never with credentials: %s',
    async (path) => {
      for (const origin of [NAMED, 'capacitor://localhost']) {
        const answer = await ask(origin, path)
        expect([answer.status, answer.body]).toEqual([204, ''])
        expect(answer.headers).toMatchObject({
          'access-control-allow-origin': origin,
          'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
          'access-control-max-age': '7200',
        })
        const allowed = answer.headers['access-control-allow-headers']!.toLowerCase().split(', ')
        expect(allowed).toEqual(
          expect.arrayContaining([
            'authorization',
            'x-api-key',
            'content-type',
            'idempotency-key',
            'x-request-id',
          ]),
        )
        expect(allowed).not.toContain('x-club')
        expect(varies(answer)).toContain('origin')
        expect(answer.headers).not.toHaveProperty('access-control-allow-credentials')
      }
    },
  )

  it.each(['/api/auth/session', '/sign-in', '/'])('is none of the API’s at %s', async (path) => {
    expect(shared(await ask(NAMED, path))).toEqual([])
  })

  it('with a key is an OPTIONS like any other', async () => {
    const answer = await ask(NAMED, '/api/v1/practices', 'POST', [[...bearer({ token: 'sk_club_bad' })]])
    expect(answer.status).toBe(401)
  })
})

describe('an origin that is not named', () => {
  it.each([
    'https://evil.test',
    'https://app.example.org.evil.test',
    'https://app.example.org:444',
    'http://app.example.org',
    'HTTPS://APP.EXAMPLE.ORG',
    'null',
    '*',
    '',
  ])('gets every answer as if it had sent no Origin: %j', async (origin) => {
    const asked: RawRequest[] = [
      { path: '/api/v1/whoami', headers: [bearer(key)] },
      { path: '/api/v1/whoami' },
      { method: 'OPTIONS', path: '/api/v1/practices', headers: [['Access-Control-Request-Method', 'POST']] },
      { path: '/api/openapi.json' },
    ]
    for (const request of asked) {
      const [plain, sent] = [await server().send(request), await from(origin, request)]
      expect(comparable(sent)).toBe(comparable(plain))
      expect(shared(sent)).toEqual([])
      expect(varies(sent)).toContain('origin')
    }
  })
})

describe('an answer to an origin that is named', () => {
  const POST = { method: 'POST', path: '/api/v1/practices' }
  it.each<[string, number, () => RawRequest]>([
    ['an answer', 200, () => ({ path: '/api/v1/whoami', headers: [bearer(key)] })],
    ['a public document', 200, () => ({ path: '/api/openapi.json' })],
    ['an answer in one of several forms', 200, () => ({ path: '/api/v1/usage', headers: [bearer(key)] })],
    ['no credentials', 401, () => ({ path: '/api/v1/whoami' })],
    ['a bad key', 401, () => ({ path: '/api/v1/whoami', headers: [bearer({ token: 'sk_club_bad' })] })],
    ['two keys', 400, () => ({ path: '/api/v1/whoami', headers: [bearer(key), ['X-API-Key', key.token]] })],
    ['a missing right', 403, () => ({ path: '/api/v1/audit-events', headers: [bearer(key)] })],
    ['an unknown path', 404, () => ({ path: '/api/v1/nothing', headers: [bearer(key)] })],
    ['a path that cannot be decoded', 404, () => ({ path: '/api/v1/%', headers: [bearer(key)] })],
    ['another method', 405, () => ({ method: 'PUT', path: '/api/v1/practices', headers: [bearer(key)] })],
    [
      'too large a body',
      413,
      () => ({ ...POST, headers: [bearer(key), JSON_TYPE], body: ' '.repeat(100_000) }),
    ],
    ['bad input', 422, () => ({ ...POST, headers: [bearer(key), JSON_TYPE], body: '{}' })],
    ['the first call of a limit', 200, () => ({ path: '/api/v1/whoami', headers: [bearer(limited)] })],
    ['one call too many', 429, () => ({ path: '/api/v1/whoami', headers: [bearer(limited)] })],
  ])('can be read by its pages: %s', async (_, status, request) => {
    const answer = await from(NAMED, request())
    expect(answer.status).toBe(status)
    expect(answer.headers['access-control-allow-origin']).toBe(NAMED)
    expect(answer.headers['access-control-expose-headers']!.split(', ')).toEqual(
      expect.arrayContaining([
        'RateLimit',
        'RateLimit-Policy',
        'Retry-After',
        'X-Request-Id',
        'WWW-Authenticate',
        'Idempotent-Replayed',
      ]),
    )
    expect(answer.headers).not.toHaveProperty('access-control-allow-credentials')
    expect(varies(answer).filter((one) => one === 'origin')).toEqual(['origin'])
  })

  it('never is one of signing in, or a page', async () => {
    for (const path of ['/api/auth/csrf', '/sign-in']) expect(shared(await from(NAMED, { path }))).toEqual([])
  })
})

describe('a session', () => {
  it('is none where the request comes from elsewhere, whether that origin is named or not', async () => {
    const page = browser(server(), session.cookie, session.slug)
    expect((await page({ path: '/api/v1/whoami' })).status).toBe(200)
    expect((await page({ path: '/api/v1/whoami', without: ['Origin'] })).status).toBe(200)
    for (const origin of [NAMED, 'https://evil.test', 'null']) {
      const headers: [string, string][] = [['Origin', origin]]
      expect((await page({ path: '/api/v1/whoami', headers })).json()).toMatchObject({
        status: 401,
        code: 'missing_credentials',
      })
      const made = await page({
        method: 'POST',
        path: '/api/v1/api-keys',
        body: { name: 'x', scopes: ['practices:read'] },
        headers,
      })
      expect(made.json()).toMatchObject({ status: 403, code: 'forbidden' })
    }
  })
})

// Last: from here on this database needs a newer release.
it('a process that serves nobody can be understood, too', async () => {
  await migrateAsNewer(database.directUrl())
  await restrictAsNewer(database.url(), key.id)
  let answer: RawResponse
  do answer = await from(NAMED, { path: '/api/v1/whoami', headers: [bearer(key)] })
  while (answer.status === 200)
  expect(answer.status).toBe(503)
  expect(answer.headers).toMatchObject({ 'access-control-allow-origin': NAMED, 'retry-after': '5' })
}, 30_000)

describe('CORS_ORIGINS', () => {
  it.each([
    'https://app.example.org',
    'http://localhost:5173',
    'https://xn--bcher-kva.example',
    'capacitor://localhost',
    'chrome-extension://abcdef',
    'http://[::1]:8080',
  ])('takes %s', (origin) => expect(readOrigins([origin])).toEqual([origin]))

  it.each([
    '*',
    'https://*.example.org',
    'null',
    'https://app.example.org/',
    'https://app.example.org/api',
    'https://app.example.org?x',
    'https://APP.example.org',
    'https://app.example.org:443',
    'https://user@app.example.org',
    'app.example.org',
    'https://',
    'data:text/html,x',
    '',
  ])('refuses %j', (origin) =>
    expect(() => readOrigins(['https://good.example', origin])).toThrow(/^number 2 /),
  )

  it('is short enough to be read', () => {
    expect(() => readOrigins(Array.from({ length: 101 }, (_, n) => `https://a${n}.example`))).toThrow(/100/)
  })
})
