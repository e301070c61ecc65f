import { randomUUID } from 'node:crypto'
import { db } from '@/lib/db/client'
import { makeClub, makeMember, useDatabase } from '../support/club'
import type { RawResponse } from '../support/raw-http'
import { startServer, useServer, type Server } from '../support/server'
import {
  browser,
  forgetAttempts,
  givePassword,
  PASSWORD,
  postForm,
  setCookies,
  signIn,
  trySignIn,
} from '../support/sign-in'

const database = useDatabase()
const server = useServer(database.url)
beforeEach(forgetAttempts)

const WRONG = 'not this one, for certain'

async function setup() {
  const { id: clubId, slug } = await makeClub()
  const member = await makeMember(clubId, ['COACH'])
  await givePassword(member)
  const attempt = (password: string, email = member.email) => trySignIn(server(), { email, password })
  return { member, slug, attempt }
}

/** What a caller sees, but for what is random in it. */
const seen = ({
  status,
  headers: { date: _date, 'set-cookie': _cookies, 'x-request-id': _id, ...headers },
  body,
}: RawResponse) => ({ status, headers, body })
const sessionLine = (answer: RawResponse) =>
  setCookies(answer.headers).find((line) => line.includes('session-token='))

describe('signing in over HTTP', () => {
  it('answers a wrong password, an unknown address, no password and a disabled user alike, and sets no session', async () => {
    const { member, attempt } = await setup()
    const answers = [
      await attempt(WRONG),
      await attempt(WRONG, `${randomUUID()}@example.test`),
      await attempt(''),
      await attempt('x'.repeat(5000)),
    ]
    await db().user.update({ where: { id: member.userId }, data: { disabledAt: new Date() } })
    answers.push(await attempt(PASSWORD))
    for (const answer of answers) {
      expect(seen(answer)).toEqual(seen(answers[0]!))
      expect(sessionLine(answer)).toBeUndefined()
    }
    expect(answers[0]).toMatchObject({ status: 401 })
    expect(await db().loginSession.count({ where: { userId: member.userId } })).toBe(0)
  })

  it('is slowed after 5 attempts, says so, and lets nobody in meanwhile', async () => {
    const { member, attempt } = await setup()
    for (let i = 0; i < 5; i++) expect((await attempt(WRONG)).body).toContain('CredentialsSignin')
    const answer = await attempt(PASSWORD)
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: 401,
      body: expect.stringContaining('error=slow_down'),
    })
    expect(sessionLine(answer)).toBeUndefined()
    expect(await db().loginSession.count({ where: { userId: member.userId } })).toBe(0)
  })

  it('counts by the socket, not by what a client says its address is', async () => {
    const { member } = await setup()
    const csrf = await server().send({ path: '/api/auth/csrf' })
    const attempt = (i: number) =>
      server().send({
        method: 'POST',
        path: '/api/auth/callback/password',
        headers: [
          ['Content-Type', 'application/x-www-form-urlencoded'],
          ['X-Forwarded-For', `198.51.100.${i}`],
          ['X-Real-IP', `198.51.100.${i}`],
          [
            'Cookie',
            setCookies(csrf.headers)
              .map((line) => line.split(';')[0])
              .join('; '),
          ],
        ],
        body: new URLSearchParams({
          csrfToken: csrf.json().csrfToken as string,
          email: member.email,
          password: WRONG,
          json: 'true',
        }).toString(),
      })
    for (let i = 0; i < 5; i++) expect((await attempt(i)).body).toContain('CredentialsSignin')
    expect((await attempt(6)).body).toContain('slow_down')
  })

  it('takes as long for an address that nobody has', async () => {
    const { member, attempt } = await setup()
    const took = async (email: string) => {
      const start = performance.now()
      await attempt(WRONG, email)
      return performance.now() - start
    }
    const [known, unknown]: [number[], number[]] = [[], []]
    for (let i = 0; i < 14; i++) {
      if (i % 4 === 0) await forgetAttempts()
      known.push(await took(member.email))
      unknown.push(await took(`${randomUUID()}@example.test`))
    }
    const ratio = median(unknown) / median(known)
    expect(ratio).toBeGreaterThan(0.6)
    expect(ratio).toBeLessThan(1.6)
  })

  it('needs next-auth’s csrf token', async () => {
    const { member } = await setup()
    const answer = await server().send({
      method: 'POST',
      path: '/api/auth/callback/password',
      headers: [
        ['Content-Type', 'application/x-www-form-urlencoded'],
        ['Origin', 'https://evil.test'],
      ],
      body: new URLSearchParams({
        email: member.email,
        password: PASSWORD,
        csrfToken: 'x',
        json: 'true',
      }).toString(),
    })
    expect(sessionLine(answer)).toBeUndefined()
    expect(await db().loginSession.count({ where: { userId: member.userId } })).toBe(0)
  })

  it('sends nobody to another site afterwards', async () => {
    const { member } = await setup()
    for (const callbackUrl of ['https://evil.test/', '//evil.test', 'javascript:alert(1)', '/\\evil.test']) {
      const answer = await postForm(server(), '/api/auth/callback/password', {
        email: member.email,
        password: PASSWORD,
        callbackUrl,
      })
      expect(answer.status).toBe(200)
      expect(new URL(answer.json().url as string).origin).toBe(`http://localhost:${server().port}`)
    }
  })

  it('records the sign-in: whose, from where', async () => {
    const { member, slug } = await setup()
    const cookie = await signIn(server(), member)
    expect(await db().loginSession.findMany({ where: { userId: member.userId } })).toMatchObject([
      { address: '127.0.0.1', revokedAt: null },
    ])
    expect((await browser(server(), cookie, slug)({ path: '/api/v1/whoami' })).status).toBe(200)
  })

  it('G1: prints no password', async () => {
    const { attempt } = await setup()
    await attempt(PASSWORD)
    await attempt(WRONG)
    for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), PASSWORD.replaceAll(' ', '+'), WRONG])
      expect(server().output()).not.toContain(secret)
  })
})

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!

describe('the sign-in page', () => {
  it.each(['__proto__', 'constructor', 'toString', 'unknown_identity', '<b>'])(
    'shows whatever error its address names: %s',
    async (code) => {
      expect((await server().send({ path: `/sign-in?error=${encodeURIComponent(code)}` })).status).toBe(200)
    },
  )
})

describe('the log', () => {
  it('gets no line that a client wrote, by a parameter or by the path that is meant for it', async () => {
    const line = '{"level":50,"msg":"forged"}'
    await server().send({ path: `/api/auth/session?callbackUrl=${encodeURIComponent(`x\n${line}\n`)}` })
    const headers: [string, string][] = [['Content-Type', 'application/json']]
    const body = JSON.stringify({ level: 'error', code: 'forged', message: `x\n${line}` })
    const answer = await server().send({ method: 'POST', path: '/api/auth/_log', headers, body })
    const lines = server().output().split('\n')
    expect(lines.filter((one) => one.trim() === line)).toEqual([])
    expect(lines.some((one) => one.includes('"code":"forged"'))).toBe(false)
    expect(answer.status).toBe(404)
  })
})

describe('signing in again', () => {
  it('ends the sign-in that the browser had before', async () => {
    const { member, slug } = await setup()
    const first = await signIn(server(), member)
    const answer = await postForm(
      server(),
      '/api/auth/callback/password',
      { email: member.email, password: PASSWORD },
      [first],
    )
    const second = sessionLine(answer)!.split(';')[0]!
    const status = async (cookie: string) =>
      (await browser(server(), cookie, slug)({ path: '/api/v1/whoami' })).status
    expect([await status(first), await status(second)]).toEqual([401, 200])
  })

  it('ends nothing when it fails', async () => {
    const { member, slug } = await setup()
    const cookie = await signIn(server(), member)
    await postForm(server(), '/api/auth/callback/password', { email: member.email, password: WRONG }, [
      cookie,
    ])
    expect((await browser(server(), cookie, slug)({ path: '/api/v1/whoami' })).status).toBe(200)
  })
})

describe('while the database is away', () => {
  let cut: Server
  beforeAll(async () => {
    cut = await startServer({ databaseUrl: 'postgresql://nobody@127.0.0.1:1/none' })
  })
  afterAll(() => cut.stop())

  it('signing in is answered soon, lets nobody in and tells nothing of our insides', async () => {
    const start = performance.now()
    const answer = await trySignIn(cut, { email: 'a@example.test', password: PASSWORD })
    expect(performance.now() - start).toBeLessThan(3_000)
    expect({ status: answer.status, body: decodeURIComponent(answer.body) }).toEqual({
      status: 503,
      body: expect.stringMatching(/error=unavailable"/),
    })
    expect(sessionLine(answer)).toBeUndefined()
  })
})

describe('the session cookie', () => {
  it('is out of reach for scripts and other sites', async () => {
    const { attempt } = await setup()
    const line = sessionLine(await attempt(PASSWORD))!
    expect(line).toMatch(/^next-auth\.session-token=[^;]+; /)
    expect(flags(line)).toEqual(['HttpOnly', 'Path=/', 'SameSite=Lax'])
    expect(Math.abs(expiryOf(line) - Date.now() - 7 * 24 * 3600 * 1000)).toBeLessThan(60_000)
  })

  describe('where the app is reached by https', () => {
    let secure: Server
    beforeAll(async () => {
      secure = await startServer({ databaseUrl: database.url(), env: { NEXTAUTH_URL: 'https://keys.test' } })
    })
    afterAll(() => secure.stop())

    it('is named and marked secure, and the unmarked name is nobody’s', async () => {
      const { member, slug } = await setup()
      const answer = await trySignIn(secure, { email: member.email, password: PASSWORD })
      const line = sessionLine(answer)!
      expect(line).toMatch(/^__Secure-next-auth\.session-token=[^;]+; /)
      expect(flags(line)).toEqual(['HttpOnly', 'Path=/', 'SameSite=Lax', 'Secure'])
      const cookie = line.split(';')[0]!
      const status = async (sent: string) =>
        (
          await browser(
            secure,
            sent,
            slug,
          )({ path: '/api/v1/whoami', headers: [['Origin', 'https://keys.test']] })
        ).status
      expect(await status(cookie)).toBe(200)
      expect(await status(cookie.replace('__Secure-', ''))).toBe(401)
    })
  })
})

const flags = (line: string) =>
  line
    .split('; ')
    .slice(1)
    .filter((part) => !part.startsWith('Expires='))
    .sort()
const expiryOf = (line: string) => Date.parse(/Expires=([^;]+)/.exec(line)![1]!)
