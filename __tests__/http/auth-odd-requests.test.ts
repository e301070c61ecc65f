import { encode } from 'next-auth/jwt'
import { env } from '@/lib/env'
import { expectNamed } from '../support/answers'
import { makeClub, makeMember, useDatabase } from '../support/club'
import type { RawResponse } from '../support/raw-http'
import { startServer, type Server } from '../support/server'
import { forgetAttempts, givePassword, PASSWORD, postForm, setCookies, signIn } from '../support/sign-in'

// What a stranger sends to /api/auth is never a 500, never more than a bounded line a second, and never a
// page without a policy.

const database = useDatabase()
let server: Server
beforeAll(async () => {
  // A provider that does not answer: any request to it shows in the log.
  const provider = {
    OIDC_ISSUER: 'http://127.0.0.1:9',
    OIDC_CLIENT_ID: 'x',
    OIDC_CLIENT_SECRET: 'x',
  }
  server = await startServer({ databaseUrl: database.url(), env: provider })
}, 40_000)
afterAll(() => server.stop())
beforeEach(forgetAttempts)

const FORM = 'application/x-www-form-urlencoded'
const COOKIES = [
  'next-auth.session-token',
  'next-auth.session-token.0',
  'next-auth.session-token.1',
  'next-auth.session-tokens',
  'next-auth.csrf-token',
  'next-auth.callback-url',
  'next-auth.state',
  'next-auth.pkce.code_verifier',
  'next-auth.nonce',
  '__Secure-next-auth.session-token',
]
const FORGED = `${Buffer.from('{"alg":"dir","enc":"A256GCM"}').toString('base64url')}..${'A'.repeat(16)}.AAAA.${'A'.repeat(22)}`
const SLOW = `${Buffer.from('{"alg":"PBES2-HS512+A256KW","enc":"A256GCM","p2c":10000,"p2s":"AAAA"}').toString('base64url')}.${'A'.repeat(48)}.${'A'.repeat(16)}.AAAA.${'A'.repeat(22)}`
const VALUES = [
  '',
  'x',
  '%',
  '%00',
  '%0d%0aSet-Cookie:%20a=b',
  '//',
  'http://',
  'javascript:alert(1)',
  '\u00e9',
  '|',
  'a|b|c',
  '{}',
  '[]',
  '"',
  FORGED,
  SLOW,
  'y'.repeat(6000),
]
const PATHS = ['providers', 'session', 'csrf', 'signin', 'signout', 'error', 'callback/oidc', 'signin/oidc']
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

const isOfErrors = (line: string) => line !== '' && !line.includes('"msg":"request"')
const lines = (since: number) => server.output().slice(since).split('\n').filter(isOfErrors)

/** Refuses a 500, a page of next-auth's own, and anything that a header could be split by. */
function expectHarmless(answer: RawResponse, what: string): void {
  const { status, headers } = answer
  expect({ what, bad: status >= 500, html: String(headers['content-type']).includes('html') }).toEqual({
    what,
    bad: false,
    html: false,
  })
}

/** Runs it, then fails if the log has more than one line for each second that it took, or a long line. */
async function quietly(act: () => Promise<void>): Promise<void> {
  const [since, start] = [server.output().length, performance.now()]
  await act()
  const said = lines(since)
  const seconds = Math.ceil((performance.now() - start) / 1000)
  expect(said.filter((line) => line.length > 1000)).toEqual([])
  expect({ tooMany: said.length > seconds + 1, said: said.slice(0, 3) }).toMatchObject({ tooMany: false })
}

describe('what a stranger sends to /api/auth', () => {
  it.each(COOKIES)('as the cookie %s', async (name) => {
    await quietly(async () => {
      for (const value of VALUES)
        for (const path of ['session', 'signin', 'callback/oidc']) {
          const headers: [string, string][] = [['Cookie', `${name}=${value}`]]
          expectHarmless(
            await server.send({ path: `/api/auth/${path}`, headers }),
            `${path} ${value.slice(0, 40)}`,
          )
        }
    })
  })

  it.each([
    'callbackUrl',
    'error',
    'code',
    'state',
    'iss',
    'provider',
    'nextauth',
    '__proto__',
    'redirect_uri',
  ])('as the parameter %s', async (name) => {
    await quietly(async () => {
      for (const value of VALUES)
        for (const path of PATHS) {
          const query = `${encodeURIComponent(name)}=${encodeURIComponent(value)}`
          const target = `/api/auth/${path}?${query}&${query}`
          expectHarmless(await server.send({ path: target }), target.slice(0, 80))
        }
    })
  })

  it('by any method, to any path', async () => {
    const odd = [
      '',
      'x',
      'verify-request',
      '_log',
      'callback',
      'callback/password',
      'callback/x',
      'callback/oidc/x',
      'signin/password',
      'signin/x',
      'signout/x',
      'session/x',
      '__proto__',
      'constructor',
      'toString',
      'callback/constructor',
    ]
    await quietly(async () => {
      for (const method of METHODS)
        for (const path of [...PATHS, ...odd])
          expectHarmless(await server.send({ method, path: `/api/auth/${path}` }), `${method} ${path}`)
    })
  })

  it.each<[string, string | null, string]>([
    ['bad JSON', 'application/json', '{'],
    ['JSON that is no object', 'application/json', '[1]'],
    ['null', 'application/json', 'null'],
    [
      'an object of objects',
      'application/json',
      '{"csrfToken":{"a":1},"email":[1],"password":{},"json":true,"callbackUrl":{}}',
    ],
    ['a prototype', 'application/json', '{"__proto__":{"csrfToken":"x"},"constructor":1}'],
    ['JSON said to be a form', FORM, '{"a":1}'],
    ['a form that is not one', FORM, '%&=%zz&&\u0000'],
    ['a form named by another type', 'multipart/form-data; boundary=x', '--x--'],
    ['no type', null, 'csrfToken=x'],
    ['bytes that are no text', FORM, Buffer.from([0xff, 0xfe, 0x00]).toString('latin1')],
    ['a callback to nowhere', FORM, 'callbackUrl=http%3A%2F%2F&json=true'],
    ['NUL', FORM, 'email=a%00@example.test&password=%00&json=true'],
  ])('as a body: %s', async (_, type, body) => {
    await quietly(async () => {
      for (const path of [
        'callback/password',
        'signin/oidc',
        'signin/password',
        'signout',
        'session',
        'callback/oidc',
      ]) {
        const headers: [string, string][] = type === null ? [] : [['Content-Type', type]]
        expectHarmless(
          await server.send({ method: 'POST', path: `/api/auth/${path}`, headers, body }),
          `${path} ${body}`,
        )
      }
    })
  })

  it('as an email with next-auth’s token: NUL, objects, what is no address', async () => {
    await quietly(async () => {
      for (const email of [
        'a\u0000@example.test',
        '\u0000',
        '@',
        'a@',
        '\u{1f600}@example.test',
        'x'.repeat(250),
        '\ud800',
      ])
        expectHarmless(
          await postForm(server, '/api/auth/callback/password', { email, password: PASSWORD }),
          email,
        )
    })
  })

  it('a hundred times with a bad callback cookie is a hundred answers and no log, and the cookie heals', async () => {
    const headers: [string, string][] = [['Cookie', 'next-auth.callback-url=%']]
    const since = server.output().length
    for (let i = 0; i < 100; i++)
      expect((await server.send({ path: '/api/auth/session', headers })).status).toBe(200)
    expect(lines(since)).toEqual([])
    const healed = setCookies((await server.send({ path: '/api/auth/session', headers })).headers)
    expect(healed.some((line) => line.startsWith('next-auth.callback-url=http'))).toBe(true)
  })

  it.each(['code', 'state', 'iss', 'session_state', 'error', 'error_description', 'x'])(
    'takes %s of a provider’s answer once',
    async (name) => {
      const state = { token: { value: 's', provider: 'oidc' }, secret: env().NEXTAUTH_SECRET ?? '' }
      const sealed = async (salt: string) => `${salt}=${await encode({ ...state, salt })}`
      const cookie = await Promise.all(['next-auth.state', 'next-auth.pkce.code_verifier'].map(sealed))
      for (const twice of [
        `${name}=s&${name}=s`,
        `${name}=s&%${name.charCodeAt(0).toString(16)}${name.slice(1)}=x`,
      ]) {
        const rest = ['code=x', 'state=s'].filter((one) => !one.startsWith(`${name}=`))
        const answer = await server.send({
          path: `/api/auth/callback/oidc?${[twice, ...rest].join('&')}`,
          headers: [['Cookie', cookie.join('; ')]],
        })
        expectNamed(answer, name)
      }
    },
  )

  it('takes every other parameter once', async () => {
    for (const path of ['signin?callbackUrl=/a&callbackUrl=/b', 'signin?error=a&error=b', 'session?x=&x='])
      expectNamed(await server.send({ path: `/api/auth/${path}` }), /\?(\w+)/.exec(path)![1]!)
  })

  it('asks no provider anything before the sign-in is known to have been begun here', async () => {
    const since = server.output().length
    for (const query of ['', '?code=x', '?code=x&state=y', '?error=access_denied', '?error=x&state=y'])
      for (const cookie of [
        '',
        'next-auth.state=x',
        `next-auth.state=${FORGED}; next-auth.pkce.code_verifier=${FORGED}`,
      ]) {
        const headers: [string, string][] = [['Cookie', cookie]]
        const answer = await server.send({ path: `/api/auth/callback/oidc${query}`, headers })
        expect({ status: answer.status, to: answer.headers.location }).toEqual({
          status: 302,
          to: '/sign-in?error=OAuthCallback',
        })
      }
    expect(lines(since)).toEqual([])
  })

  // RFC 7518 §4.8: the sender says how often the secret is to be hashed.
  it.each(['next-auth.state', 'next-auth.pkce.code_verifier', 'next-auth.nonce'])(
    'costs no stretching of the secret: %s',
    async (name) => {
      const state = await encode({
        token: { value: 's', provider: 'oidc' },
        secret: env().NEXTAUTH_SECRET ?? '',
        salt: 'next-auth.state',
      })
      const took = async (value: string) => {
        const start = performance.now()
        const cookie = [
          `next-auth.state=${state}`,
          `next-auth.pkce.code_verifier=${state}`,
          `${name}=${value}`,
        ]
        for (let i = 0; i < 20; i++)
          await server.send({
            path: '/api/auth/callback/oidc?code=x&state=s',
            headers: [['Cookie', cookie.reverse().join('; ')]],
          })
        return performance.now() - start
      }
      const million = `${Buffer.from('{"alg":"PBES2-HS512+A256KW","enc":"A256GCM","p2c":10000000,"p2s":"AAAAAAAAAAA"}').toString('base64url')}.${'A'.repeat(48)}.${'A'.repeat(16)}.AAAA.${'A'.repeat(22)}`
      await took('x')
      expect(await took(million)).toBeLessThan(10_000)
    },
  )
})

describe('next-auth’s own pages', () => {
  it('are not served: what it would render is no page of ours', async () => {
    for (const path of ['verify-request', 'verify-request?callbackUrl=/sign-in']) {
      const answer = await server.send({ path: `/api/auth/${path}` })
      expect({ status: answer.status, type: answer.headers['content-type'] }).toEqual({
        status: 404,
        type: 'application/problem+json',
      })
    }
    const bad: [string, string][] = [['Cookie', 'next-auth.callback-url=http://']]
    const answer = await server.send({ path: '/api/auth/signin?callbackUrl=/sign-in', headers: bad })
    expect({ status: answer.status, at: String(answer.headers.location).includes('/sign-in?') }).toEqual({
      status: 302,
      at: true,
    })
  })
})

describe('a body that two readers may read differently', () => {
  it.each<[string, string, string | Buffer]>([
    [
      'JSON that names a field twice',
      'application/json',
      '{"email":"a@example.test","email":"b@example.test"}',
    ],
    [
      'the same by another spelling',
      'application/json',
      String.raw`{"email":"a@x.test","\u0065mail":"b@x.test"}`,
    ],
    ['a form that names a field twice', FORM, 'password=one&password=two'],
    ['the same by another spelling', FORM, 'password=one&%70assword=two'],
    ['a form with a field that is no UTF-8', FORM, 'password=%ff'],
    ['a form with a name that is no UTF-8', FORM, 'passwor%e4=x'],
    ['a form that is no UTF-8', FORM, Buffer.from([0x61, 0x3d, 0xff])],
    ['JSON that is no UTF-8', 'application/json', Buffer.from('7b2261223a22ff227d', 'hex')],
  ])('is refused: %s', async (_, type, body) => {
    for (const path of ['callback/password', 'signin/oidc', 'signout', 'session']) {
      const headers: [string, string][] = [['Content-Type', type]]
      const answer = await server.send({ method: 'POST', path: `/api/auth/${path}`, headers, body })
      expect([path, answer.status, answer.json().code]).toEqual([path, 422, 'validation_failed'])
    }
  })
})

describe('a sign-out', () => {
  it('ends the sign-in whatever other cookies of next-auth’s names stand beside it', async () => {
    const member = await makeMember((await makeClub()).id, ['COACH'])
    await givePassword(member)
    const cookie = await signIn(server, member)
    const answer = await postForm(server, '/api/auth/signout', {}, [
      'next-auth.session-token.0=x',
      cookie,
      'next-auth.session-token.1=y',
    ])
    expect(answer.status).toBe(200)
    const { db } = await import('@/lib/db/client')
    expect(await db().loginSession.count({ where: { userId: member.userId, revokedAt: null } })).toBe(0)
  })
})
