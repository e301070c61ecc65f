import { pageHeaders } from '@/app/page-headers'
import { makeClub, makeMember, useDatabase } from '../support/club'
import { useServer } from '../support/server'
import { givePassword } from '../support/browser'
import { createLoginSession } from '@/lib/sign-in/login-session'
import { encode } from 'next-auth/jwt'

const database = useDatabase()
const server = useServer(database.url, {
  env: { OIDC_ISSUER: 'https://id.example.test/tenant', OIDC_CLIENT_ID: 'x', OIDC_CLIENT_SECRET: 'y' },
})

const get = (path: string, headers: [string, string][] = []) => server().send({ path, headers })
const nonceOf = (policy: string) => /'nonce-([^']+)'/.exec(policy)?.[1]

/** A signed-in admin's cookie and club. */
async function signedIn() {
  const club = await makeClub()
  const { userId } = await givePassword(await makeMember(club.id, ['CLUB_ADMIN']))
  const sid = await createLoginSession(userId, { requestId: null, address: null, userAgent: null })
  const token = await encode({ token: { sub: userId, sid }, secret: process.env.NEXTAUTH_SECRET! })
  return {
    keys: `/clubs/${club.slug}/keys`,
    headers: [['Cookie', `next-auth.session-token=${token}`]] as [string, string][],
  }
}

describe('what every page is answered with', () => {
  it.each(['/', '/sign-in', '/set-password', '/docs/problems', '/there/is/none'])(
    '%s: a strict policy and the rest',
    async (path) => {
      const { headers } = await get(path)
      const policy = headers['content-security-policy'] ?? ''
      const nonce = nonceOf(policy)
      expect(nonce).toMatch(/^[A-Za-z0-9+/]{22}==$/)
      expect(policy.split('; ')).toEqual([
        "default-src 'self'",
        `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'`,
        `style-src 'self' 'nonce-${nonce}'`,
        "img-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self' https://id.example.test",
        "frame-ancestors 'none'",
      ])
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'permissions-policy': expect.stringContaining('camera=()'),
        'cache-control': expect.stringContaining('no-store'),
      })
      expect(headers).not.toHaveProperty('strict-transport-security')
    },
  )

  it('every script of a page carries the nonce, and no two answers share one', async () => {
    const answers = await Promise.all([get('/sign-in'), get('/sign-in')])
    const nonces = answers.map(({ headers }) => nonceOf(headers['content-security-policy'] ?? ''))
    expect(new Set(nonces).size).toBe(2)
    const scripts = answers[0]!.body.match(/<script\b[^>]*>/g) ?? []
    expect(scripts.length).toBeGreaterThan(0)
    for (const script of scripts) expect(script).toContain(`nonce="${nonces[0]}"`)
    expect(answers[0]!.body).not.toMatch(/\sstyle="/)
  })

  it('a client’s own policy header chooses no nonce', async () => {
    const { body } = await get('/sign-in', [['Content-Security-Policy', "script-src 'nonce-mine'"]])
    expect(body).not.toContain('nonce="mine"')
  })

  it('a signed-in page is stored by nobody', async () => {
    const { keys, headers } = await signedIn()
    const answer = await get(keys, headers)
    expect(answer.status).toBe(200)
    expect(answer.headers['cache-control']).toContain('no-store')
  })

  it('the API answers with its own headers and none of these; built files are left alone', async () => {
    for (const path of ['/api/v1/whoami', '/api/health/live', '/api']) {
      const { headers } = await get(path)
      expect(headers).not.toHaveProperty('content-security-policy')
      expect(headers).not.toHaveProperty('permissions-policy')
    }
    const script = /\/_next\/static\/[^"]+\.js/.exec((await get('/')).body)?.[0] ?? ''
    const { status, headers } = await get(script)
    expect(status).toBe(200)
    expect(headers['cache-control']).toContain('immutable')
    expect(headers).not.toHaveProperty('content-security-policy')
  })
})

describe('sign-in state and pages', () => {
  it('sends who is not signed in to the sign-in page, and from there back', async () => {
    const { status, headers } = await get('/clubs/demo/keys')
    expect(status).toBe(307)
    expect(headers.location).toMatch(/\/sign-in\?callbackUrl=%2Fclubs%2Fdemo%2Fkeys$/)
  })

  it.each([
    'https://evil.test/',
    '//evil.test/',
    '/\\evil.test',
    'javascript:alert(1)',
    'http://localhost.evil.test/',
  ])('never sends anybody on to %s', async (callbackUrl) => {
    const { headers } = await signedIn()
    const answer = await get(`/sign-in?callbackUrl=${encodeURIComponent(callbackUrl)}`, headers)
    expect(answer.status).toBe(307)
    expect(answer.headers.location).toMatch(/^(http:\/\/localhost:\d+)?\/clubs$/)
  })

  it('a session beside another credential opens no page', async () => {
    const { keys, headers } = await signedIn()
    expect((await get(keys, [...headers, ['Authorization', 'Bearer sk_club_nonsense']])).status).toBe(307)
  })
})

it('speaks of HTTPS only where the app is reached by it', () => {
  const { headers } = pageHeaders('/', new Headers())
  expect(headers.has('strict-transport-security')).toBe(false)
})
