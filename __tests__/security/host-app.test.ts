import { encode } from 'next-auth/jwt'
import { makeClub, makeKey, makeMember, useDatabase, type Member, type TestKey } from '../support/club'
import { bearer } from '../support/forgery'
import { useHostApp } from '../support/other-app'
import type { RawResponse } from '../support/raw-http'
import type { Server } from '../support/server'

// The layer in an app of somebody else's: a base path, slashes at the end, rewrites, a proxy, sessions and a
// log level of its own.

const HOST_SECRET = 'a secret of the host’s own, which the layer never sees'
const OWN_TOKEN = 'eyJhbGciOiJIUzI1NiJ9.' + 'x'.repeat(400) + '.sig'
const users: Record<string, string> = {}
const env = {
  LOG_LEVEL: 'verbose',
  NEXTAUTH_SECRET: 'short',
  SMTP_URL: 'not an address',
  GOOGLE_CLIENT_ID: 'alone',
  HOST_SECRET,
  HOST_TOKEN: OWN_TOKEN,
  get HOST_USERS() {
    return JSON.stringify(users)
  },
}

const database = useDatabase()
let admin: Member
let slug: string
let key: TestKey
beforeAll(async () => {
  const club = await makeClub()
  slug = club.slug
  admin = await makeMember(club.id, ['CLUB_ADMIN', 'COACH'])
  users.cuid_of_the_admin = admin.userId
  users.cuid_of_nobody = '00000000-0000-4000-8000-000000000000'
  users.cuid_without_uuid = 'clh3x9'
  key = await makeKey(admin, { scopes: ['practices:read', 'api-keys:read'] })
})
const refusing = useHostApp(database.url, env)
const passing = useHostApp(database.url, { ...env, HOST_OTHERS: 'pass' })
const traced = useHostApp(database.url, { ...env, HOST_TRACES: 'yes' })

type Headers = [string, string][]
const get = (on: Server, path: string, headers: Headers = []) => on.send({ path: `/shop${path}`, headers })
const left = (answer: RawResponse) => {
  const { rateLimits } = answer.json() as { rateLimits: { name: string; remaining: number }[] }
  return rateLimits.find(({ name }) => name === 'key')!.remaining
}

describe.each([
  ['without a tracer', () => refusing()],
  ['with OpenTelemetry', () => traced()],
])('a request is verified and counted once, %s', (_, on) => {
  it.each([
    ['no own part', []],
    ['an own header', [['x-test-mode', 'header']]],
    [
      'other headers altogether',
      [
        ['x-test-mode', 'replacing'],
        ['x-keep', '1'],
      ],
    ],
    [
      'the door called by hand, and an own header',
      [
        ['x-test-around', '1'],
        ['x-test-mode', 'header'],
      ],
    ],
  ] as [string, Headers][])('under %s', async (name, headers) => {
    const fresh = await makeKey(admin, { scopes: ['practices:read'] })
    const credential: Headers = name === 'other headers altogether' ? [] : bearer(fresh.token)
    if (credential.length === 0) {
      // Without its credential no statement is anything.
      const answer = await get(on(), '/api/v1/echo/', [...bearer(fresh.token), ...headers])
      expect([answer.status, (answer.json() as { code: string }).code]).toEqual([401, 'missing_credentials'])
      return
    }
    const first = await get(on(), '/api/v1/echo/', [...credential, ...headers])
    const second = await get(on(), '/api/v1/echo/', [...credential, ...headers])
    const third = await get(on(), '/api/v1/echo/', [...credential, ...headers])
    expect(first.json()).toMatchObject({ clubId: admin.clubId, userId: admin.userId, via: 'api_key' })
    expect(left(first) - left(second)).toBe(1)
    expect(left(second) - left(third)).toBe(1)
    const { received } = third.json() as { received: Record<string, string> }
    if (headers.some(([, value]) => value === 'header')) expect(received['x-host-tenant']).toBe('shop')
    if (!headers.some(([named]) => named === 'x-test-around'))
      expect(received).toMatchObject({ 'x-api-key-club-id': admin.clubId, 'x-auth-type': 'api-key' })
  })

  it('under a rewrite by the own part', async () => {
    const fresh = await makeKey(admin, { scopes: ['practices:read'] })
    const headers: Headers = [...bearer(fresh.token), ['x-test-mode', 'rewriting']]
    const [first, second] = [
      await get(on(), '/api/v1/elsewhere/', headers),
      await get(on(), '/api/v1/elsewhere/', headers),
    ]
    expect(left(first) - left(second)).toBe(1)
    expect(first.json()).toMatchObject({ clubId: admin.clubId, received: { 'x-host-tenant': 'shop' } })
  })

  it('and what the own part writes into the identity reaches nobody', async () => {
    const forging: Headers = [['x-test-mode', 'forging']]
    const withKey = await get(on(), '/api/v1/echo/', [...bearer(key.token), ...forging])
    expect(withKey.json()).toMatchObject({ received: { 'x-api-key-club-id': admin.clubId } })
    const without = await get(on(), '/api/v1/hooks/none/', forging)
    expect(without.body).not.toContain('forged')
  })

  it('the own part answers itself', async () => {
    const answer = await get(on(), '/api/v1/echo/', [...bearer(key.token), ['x-test-mode', 'answering']])
    expect(answer.json()).toEqual({ own: true })
  })
})

const MADE_UP = ['sk_club_madeup', 'sk_live_4eC39HqLyjWDarjtT1zdp7dc', `sk_club_${'a'.repeat(49)}`]
const TRUSTING = [
  '/api/v1/trusting/',
  '/api/v1/trusting',
  '/v1/trusting/',
  '/de/api/v1/trusting/',
  '/untold/trusting/',
  '/API/v1/trusting/',
  '/%61pi/v1/trusting/',
  '/api/v1//trusting/',
]

describe.each([
  ['refusing others', () => refusing()],
  ['letting others pass', () => passing()],
])('a made-up key reaches no handler that trusts the door, %s', (_, on) => {
  it.each(TRUSTING)('%s', async (path) => {
    for (const token of MADE_UP)
      for (const headers of [
        bearer(token),
        [['X-API-Key', token]],
        [['authorization', `bearer  ${token}`]],
      ] as Headers[]) {
        const answer = await get(on(), path, headers)
        expect(answer.body).not.toContain('reached')
      }
  })

  it('a good one does, with its club', async () => {
    for (const path of ['/api/v1/trusting/', '/v1/trusting/', '/de/api/v1/trusting/', '/untold/trusting/'])
      expect((await get(on(), path, bearer(key.token))).json()).toEqual({ reached: true, club: admin.clubId })
  })
})

describe('what is not the layer’s goes where the host says, and nowhere else', () => {
  const stripe = (path: string) => ({
    method: 'POST',
    path: `/shop${path}`,
    headers: [
      ['Stripe-Signature', 't=1,v1=ab'],
      ['Content-Type', 'application/json'],
    ] as Headers,
    body: '{"type":"charge.succeeded"}',
  })
  // As Auth.js 5, next-auth 4, Better Auth and Clerk set them.
  const COOKIES = [
    'authjs.session-token=x.y.z',
    '__Secure-authjs.session-token=x',
    'next-auth.session-token=eyJ.x',
    'better-auth.session_token=abc.def',
    '__session=eyJhbGciOiJSUzI1NiJ9.e30.s',
  ]

  it('a webhook, on a path that is public', async () => {
    const answer = await refusing().send(stripe('/api/v1/hooks/stripe/'))
    expect([answer.status, answer.json()]).toEqual([200, { signature: 't=1,v1=ab', bytes: 27 }])
    expect((await refusing().send(stripe('/api/v1/trusting/'))).status).toBe(401)
  })

  it('a bearer token of the host’s own: only where others pass', async () => {
    expect((await get(passing(), '/api/v1/own/', bearer(OWN_TOKEN))).status).toBe(200)
    const refused = await get(refusing(), '/api/v1/own/', bearer(OWN_TOKEN))
    expect(refused.body).not.toContain('"own"')
    // It is no key: a handler of the layer's own says so.
    expect((await get(passing(), '/api/v1/whoami/', bearer('eyJh.e30.x'))).json()).toMatchObject({
      code: 'invalid_token',
    })
  })

  it.each(COOKIES)('the cookie %s', async (cookie) => {
    const headers: Headers = [['Cookie', cookie]]
    expect((await get(passing(), '/api/v1/own/', headers)).json()).toEqual({ own: false, cookie })
    // Signed in by nobody, as far as the layer's own handlers go.
    for (const on of [passing(), refusing()])
      expect((await get(on, '/api/v1/whoami/', headers)).json()).toMatchObject({
        code: 'missing_credentials',
      })
  })

  it('outside the layer’s paths, everything as it came', async () => {
    const headers: Headers = [
      ['Authorization', `Bearer ${OWN_TOKEN}`],
      ['Cookie', COOKIES[0]!],
    ]
    expect((await get(refusing(), '/api/other/', headers)).json()).toEqual({
      authorization: `Bearer ${OWN_TOKEN}`,
      cookie: COOKIES[0],
    })
  })

  it('failed foreign tokens lock nobody out', async () => {
    for (let i = 0; i < 25; i++) await get(passing(), '/api/v1/own/', bearer(`eyJh.${i}.x`))
    expect((await get(passing(), '/api/v1/trusting/', bearer(key.token))).status).toBe(200)
  })
})

describe('the host’s own session signs a person in', () => {
  const cookie = async (sub: string, more: Record<string, unknown> = {}): Promise<Headers> => {
    const token = { sub, authenticatedAt: Date.now(), ...more }
    return [
      ['Cookie', `next-auth.session-token=${await encode({ token, secret: HOST_SECRET })}`],
      ['X-Club', slug],
    ]
  }
  const body = JSON.stringify({ name: 'By a session of the host’s', scopes: ['practices:read'] })
  const create = async (headers: Headers) =>
    refusing().send({
      method: 'POST',
      path: '/shop/api/v1/api-keys/',
      headers: [['Content-Type', 'application/json'], ['Origin', 'https://shop.example'], ...headers],
      body,
    })

  it('with an id that is no uuid: it reads, and makes a key that works', async () => {
    const whoami = await get(refusing(), '/api/v1/whoami/', await cookie('cuid_of_the_admin'))
    expect(whoami.json()).toMatchObject({ user: { id: admin.userId }, key: null })
    const made = await create(await cookie('cuid_of_the_admin'))
    expect(made.status).toBe(201)
    const { key: token } = made.json() as { key: string }
    expect((await get(refusing(), '/api/v1/whoami/', bearer(token))).status).toBe(200)
  })

  it.each(['cuid_of_nobody', 'cuid_without_uuid'])(
    '%s is no member: 404, as for an unknown club',
    async (sub) => {
      const stranger = await get(refusing(), '/api/v1/whoami/', await cookie(sub))
      expect([stranger.status, (stranger.json() as { code: string }).code]).toEqual([404, 'not_found'])
    },
  )

  it('changes things only from the host’s own pages, freshly signed in, while the sign-in stands', async () => {
    const headers = await cookie('cuid_of_the_admin')
    const foreign = await create(
      [...headers.filter(([name]) => name !== 'Origin')].concat([['Origin', 'https://evil.example']]),
    )
    expect(foreign.status).not.toBe(201)
    const old = await create(await cookie('cuid_of_the_admin', { authenticatedAt: Date.now() - 3_600_000 }))
    expect([old.status, (old.json() as { code: string }).code]).toEqual([403, 'reauthentication_required'])
    const ended = await create(await cookie('cuid_of_the_admin', { ended: true }))
    expect(ended.status).toBe(404)
  })

  it('counts for nothing beside a key', async () => {
    const headers = [...(await cookie('cuid_of_the_admin')), ...bearer('sk_club_madeup')]
    expect((await get(refusing(), '/api/v1/whoami/', headers)).status).not.toBe(200)
  })
})

it('pages of the host’s have no policy of ours, and its answers no headers', async () => {
  const { status, headers } = await get(refusing(), '/page-of-host/')
  expect(status).toBe(200)
  for (const name of [
    'content-security-policy',
    'strict-transport-security',
    'referrer-policy',
    'permissions-policy',
  ])
    expect(headers[name]).toBeUndefined()
})
