import { makeClub, makeKey, makeMember, useDatabase } from '../support/club'
import type { RawRequest } from '../support/raw-http'
import { useServer } from '../support/server'

const database = useDatabase()
const server = useServer(database.url, { env: { NEXTAUTH_URL: 'https://keys.example.test' } })

let good: [string, string]
beforeAll(async () => {
  const { token } = await makeKey(await makeMember((await makeClub()).id, ['COACH']))
  good = ['Authorization', `Bearer ${token}`]
})

const script = async () =>
  /\/_next\/static\/[^"]+\.js/.exec((await server().send({ path: '/' })).body)?.[0] ?? ''
const JSON_TYPE: [string, string] = ['Content-Type', 'application/json']
const OWN: [string, string] = ['Origin', 'https://keys.example.test']
const [PRACTICES, BODY] = ['/api/v1/practices', '{"title":"x"}']

/**
 * One of each kind, by who writes it: our handlers, our middleware, pages, the framework, its file server.
 */
const KINDS: [string, number, () => RawRequest | Promise<RawRequest>][] = [
  ['an API answer', 200, () => ({ path: '/api/v1/whoami', headers: [good] })],
  ['no credentials', 401, () => ({ path: '/api/v1/whoami' })],
  ['a bad key', 401, () => ({ path: '/api/v1/whoami', headers: [['Authorization', 'Bearer sk_club_x']] })],
  ['a missing right', 403, () => ({ path: '/api/v1/audit-events', headers: [good] })],
  ['an unknown API path', 404, () => ({ path: '/api/v1/nothing', headers: [good] })],
  ['a path that cannot be decoded', 404, () => ({ path: '/api/v1/%', headers: [good] })],
  ['a method the API has not', 405, () => ({ method: 'PUT', path: PRACTICES, headers: [good] })],
  [
    'too large a body',
    413,
    () => ({ method: 'POST', path: PRACTICES, headers: [good, JSON_TYPE], body: ' '.repeat(100_000) }),
  ],
  ['another media type', 415, () => ({ method: 'POST', path: PRACTICES, headers: [good], body: BODY })],
  ['bad input', 422, () => ({ method: 'POST', path: PRACTICES, headers: [good, JSON_TYPE], body: BODY })],
  ['health', 200, () => ({ path: '/api/health/live' })],
  ['the OpenAPI document', 200, () => ({ path: '/api/openapi.json' })],
  ['next-auth', 200, () => ({ path: '/api/auth/csrf' })],
  ['next-auth, unknown', 404, () => ({ path: '/api/auth/nothing' })],
  ['a page', 200, () => ({ path: '/sign-in' })],
  ['a redirect', 307, () => ({ path: '/clubs/none/keys' })],
  ['a page that is not there', 404, () => ({ path: '/there/is/none' })],
  ['a trailing slash', 308, () => ({ path: '/sign-in/' })],
  ['a page’s data', 307, () => ({ path: '/sign-in', headers: [['RSC', '1']] })],
  ['a page asked by DELETE', 405, () => ({ method: 'DELETE', path: '/docs/problems' })],
  ['too large a body for a page', 413, () => ({ path: '/sign-in', body: ' '.repeat(100_000) })],
  [
    'a router’s state that is none',
    422,
    () => ({ path: '/sign-in', headers: [['Next-Router-State-Tree', 'x']] }),
  ],
  [
    'a server action that is not there',
    404,
    () => ({ method: 'POST', path: '/sign-in', headers: [['Next-Action', 'x'.repeat(42)], OWN], body: '[]' }),
  ],
  [
    'a server action of another origin',
    403,
    () => ({ method: 'POST', path: '/sign-in', headers: [['Next-Action', 'x'.repeat(42)]], body: '[]' }),
  ],
  ['a built file', 200, async () => ({ path: await script() })],
  ['a built file that is not there', 404, () => ({ path: '/_next/static/none.js' })],
  ['the framework’s image service', 404, () => ({ path: '/_next/image?url=x' })],
  ['the icon', 200, () => ({ path: '/icon.svg' })],
  ['TRACE', 401, () => ({ method: 'TRACE', path: '/api/v1/whoami' })],
  ['OPTIONS *', 404, () => ({ method: 'OPTIONS', path: '*' })],
  ['an upgrade', 200, () => ({ path: '/sign-in', headers: [['Connection', 'Upgrade, close'], ['Upgrade', 'websocket']] })], // prettier-ignore
]

it('says nothing of other origins where none is named', async () => {
  const { headers } = await server().send({
    path: '/api/v1/whoami',
    headers: [good, ['Origin', 'https://app.example']],
  })
  expect(headers.vary ?? '').not.toMatch(/origin/i)
  expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([])
})

describe('every answer has the headers that stop browsers from guessing, telling and falling back', () => {
  it.each(KINDS)('%s (%d)', async (_, status, make) => {
    const answer = await server().send(await make())
    expect(answer.status).toBe(status)
    expect(answer.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'strict-transport-security': 'max-age=63072000',
    })
    expect(answer.headers).not.toHaveProperty('x-powered-by')
    expect(answer.headers).not.toHaveProperty('server')
  })

  it('and the id of the request: the client’s own, where it is one', async () => {
    for (const [kind, , make] of KINDS) {
      const request = await make()
      const ask = async (id: string) =>
        server().send({ ...request, headers: [...(request.headers ?? []), ['X-Request-Id', id]] })
      const answer = await ask('from.a-proxy_1')
      expect({ kind, id: answer.headers['x-request-id'] }).toEqual({ kind, id: 'from.a-proxy_1' })
      if (answer.headers['content-type'] === 'application/problem+json')
        expect(answer.json().requestId).toBe('from.a-proxy_1')
      expect({ kind, id: (await ask('not one')).headers['x-request-id'] }).toEqual({
        kind,
        id: expect.stringMatching(/^[\da-f-]{36}$/),
      })
    }
  })

  it('and whatever is no built file is kept by nobody, unless it is the same for all', async () => {
    const PUBLIC = [
      'the OpenAPI document',
      'the icon',
      'a built file',
      'a built file that is not there',
      'the framework’s image service',
      'a trailing slash',
    ]
    for (const [kind, , make] of KINDS) {
      if (PUBLIC.includes(kind)) continue
      const { headers } = await server().send(await make())
      expect(`${kind}: ${headers['cache-control']}`).toMatch(/no-store/)
    }
  })

  it('an upgrade, which nothing here speaks, is answered like any request and keeps no connection', async () => {
    const asked = Date.now()
    const answer = await server().send({ path: '/api/v1/whoami', headers: [['Connection', 'Upgrade, close'], ['Upgrade', 'websocket']] }) // prettier-ignore
    expect(answer.status).toBe(401)
    expect(Date.now() - asked).toBeLessThan(5_000)
  })
})
