import { randomUUID } from 'node:crypto'
import { db } from '@/lib/db/client'
import { makeClub, makeMember, useDatabase, type Member } from '../support/club'
import { startOpenIdProvider, type OpenIdProvider } from '../support/openid'
import { keptBy, sentTo, sessionIn, travel } from '../support/openid-trip'
import { startServer, type Server } from '../support/server'
import { browser, forgetAttempts, givePassword, linkTo, postForm, signIn } from '../support/sign-in'

const database = useDatabase()
beforeEach(forgetAttempts)

async function newMember() {
  const { id, slug } = await makeClub()
  const member = await makeMember(id, ['COACH'])
  await givePassword(member)
  return { member, slug, subject: `sub-${randomUUID()}` }
}

const linked = ({ userId }: Member) => db().account.count({ where: { userId } })

describe.each(['RS256', 'RS512', 'PS256', 'ES256', 'ES384', 'EdDSA'])(
  'a provider that signs with %s',
  (signedBy) => {
    let provider: OpenIdProvider
    let server: Server
    beforeAll(async () => {
      provider = await startOpenIdProvider({ signedBy })
      server = await startServer({ databaseUrl: database.url(), env: provider.env })
    }, 60_000)
    afterAll(async () => {
      await server.stop()
      await provider.stop()
    })

    it('signs in whoever is linked', async () => {
      const { member, slug, subject } = await newMember()
      await linkTo(member.userId, { issuer: provider.issuer, claims: { sub: subject } })
      const session = sessionIn(await travel(server, { subject }))
      expect(session).toBeDefined()
      const answer = await browser(server, session!, slug)({ path: '/api/v1/whoami' })
      expect(answer.json()).toMatchObject({ user: { id: member.userId } })
    })
  },
)

describe('a provider that takes five seconds to say what it is', () => {
  let provider: OpenIdProvider
  let server: Server
  beforeAll(async () => {
    provider = await startOpenIdProvider({ discoveryMs: 5_000 })
    server = await startServer({ databaseUrl: database.url(), env: provider.env })
  }, 60_000)
  afterAll(async () => {
    await server.stop()
    await provider.stop()
  })

  it('is waited for, once', async () => {
    const { member, subject } = await newMember()
    await linkTo(member.userId, { issuer: provider.issuer, claims: { sub: subject } })
    expect(sessionIn(await travel(server, { subject }))).toBeDefined()
    const start = performance.now()
    expect(sessionIn(await travel(server, { subject }))).toBeDefined()
    expect(performance.now() - start).toBeLessThan(5_000)
  }, 30_000)
})

describe('a provider that is not there', () => {
  it('leads back to the sign-in page, and says so in one line', async () => {
    const env = { OIDC_ISSUER: 'http://127.0.0.1:9', OIDC_CLIENT_ID: 'x', OIDC_CLIENT_SECRET: 'x' }
    const server = await startServer({ databaseUrl: database.url(), env })
    const since = server.output().length
    for (let i = 0; i < 10; i++) {
      const answer = await postForm(server, '/api/auth/signin/oidc', {})
      expect({ status: answer.status, url: answer.json().url }).toEqual({
        status: 200,
        url: expect.stringMatching(/\/sign-in\?error=OAuthSignin$/),
      })
    }
    const said = server
      .output()
      .slice(since)
      .split('\n')
      .filter((line) => line !== '' && !line.includes('"msg":"request"'))
    await server.stop()
    expect(said.length).toBeGreaterThan(0)
    expect(said.length).toBeLessThan(5)
  }, 40_000)
})

describe('linking over HTTP', () => {
  let provider: OpenIdProvider
  let server: Server
  beforeAll(async () => {
    provider = await startOpenIdProvider()
    server = await startServer({ databaseUrl: database.url(), env: provider.env })
  }, 60_000)
  afterAll(async () => {
    await server.stop()
    await provider.stop()
  })

  async function setup() {
    const { member, subject, slug } = await newMember()
    const session = await signIn(server, member)
    return { member, subject, slug, session }
  }

  it('a fresh session alone links nothing: the identity stays nobody’s, and the session goes on', async () => {
    const { member, subject, slug, session } = await setup()
    const answer = await travel(server, { subject, session })
    expect(sentTo(answer)).toBe('/sign-in?error=unknown_identity')
    expect(await linked(member)).toBe(0)
    expect((await browser(server, session, slug)({ path: '/api/v1/whoami' })).status).toBe(200)
  })

  it.each(['', 'x', 'made-up-made-up-made-up-made-up-made-up-mad'])(
    'nor with leave that nobody gave: %p',
    async (intent) => {
      const { member, subject, session } = await setup()
      const begun = await postForm(server, '/api/auth/signin/oidc', { intent }, [session])
      expect(begun.json().url).toMatch(/\/account\?link=expired$/)
      expect(keptBy(begun).filter((pair) => pair.includes('state'))).toEqual([])
      expect(await linked(member)).toBe(0)
      void subject
    },
  )

  it('what a client says of the sign-in goes on to no provider', async () => {
    const query = 'redirect_uri=https://evil.test&scope=x&client_id=evil&response_type=token&prompt=none'
    const begun = await postForm(server, `/api/auth/signin/oidc?${query}`, {})
    const asked = new URL(begun.json().url as string).searchParams
    expect(Object.fromEntries(asked)).toMatchObject({
      client_id: 'clubkeys',
      scope: 'openid email profile',
      response_type: 'code',
      redirect_uri: `http://localhost:${server.port}/api/auth/callback/oidc`,
    })
    expect(asked.has('prompt')).toBe(false)
  })
})
