import { createHash } from 'node:crypto'
import { makeClub, makeMember, makePractice, useDatabase } from '../support/club'
import { startServer, type Server } from '../support/server'
import { browser, forgetAttempts, givePassword, setCookies, signIn } from '../support/sign-in'

// NEXTAUTH_SECRET is changed one process after the other: whoever is signed in stays so, wherever they land.

const OLD = 'the-secret-of-before-the-secret-of-before'
const NEW = 'the-secret-from-now-on-the-secret-from-now'

const database = useDatabase()
let before: Server
let after: Server
let done: Server
beforeAll(async () => {
  const start = (env: Record<string, string>) => startServer({ databaseUrl: database.url(), env })
  // First every process learns the new one, then every process uses it.
  before = await start({ NEXTAUTH_SECRET: OLD, NEXTAUTH_SECRET_PREVIOUS: NEW })
  after = await start({ NEXTAUTH_SECRET: NEW, NEXTAUTH_SECRET_PREVIOUS: OLD })
  done = await start({ NEXTAUTH_SECRET: NEW })
}, 90_000)
afterAll(async () => {
  for (const server of [before, after, done]) await server.stop()
})
beforeEach(forgetAttempts)

async function setup() {
  const { id, slug } = await makeClub()
  const member = await makeMember(id, ['COACH'])
  await givePassword(member)
  const status = async (server: Server, cookie: string) =>
    (await browser(server, cookie, slug)({ path: '/api/v1/whoami' })).status
  return { member, slug, status }
}

describe('while the secret changes', () => {
  it('either process takes a session that the other made, and renews it', async () => {
    const { member, status } = await setup()
    for (const [made, asked] of [
      [before, after],
      [after, before],
    ] as const) {
      const cookie = await signIn(made, member)
      expect([await status(made, cookie), await status(asked, cookie)]).toEqual([200, 200])
      const renewed = setCookies(
        (await asked.send({ path: '/api/auth/session', headers: [['Cookie', cookie]] })).headers,
      )
        .map((line) => line.split(';')[0]!)
        .find((one) => /^next-auth\.session-token=./.test(one))!
      expect([await status(made, renewed), await status(asked, renewed)]).toEqual([200, 200])
    }
  })

  it('either process takes a form that was begun at the other: a sign-in, a sign-out', async () => {
    const { member, status } = await setup()
    for (const [begun, sent] of [
      [before, after],
      [after, before],
    ] as const) {
      const csrf = await begun.send({ path: '/api/auth/csrf' })
      const cookies = setCookies(csrf.headers).map((line) => line.split(';')[0]!)
      const session = await signIn(begun, member)
      const answer = await sent.send({
        method: 'POST',
        path: '/api/auth/signout',
        headers: [
          ['Content-Type', 'application/x-www-form-urlencoded'],
          ['Cookie', [...cookies, session].join('; ')],
        ],
        body: new URLSearchParams({ csrfToken: csrf.json().csrfToken as string, json: 'true' }).toString(),
      })
      expect(answer.status).toBe(200)
      expect(await status(begun, session)).toBe(401)
    }
  })

  it('either process goes on with a list that was begun at the other', async () => {
    const { member, slug } = await setup()
    for (const day of [1, 2, 3]) await makePractice(member, 'PUBLISHED', new Date(Date.UTC(2027, 2, day)))
    const cookie = await signIn(before, member)
    const page = (server: Server, query: string) =>
      browser(server, cookie, slug)({ path: `/api/v1/practices?limit=1${query}` })
    for (const [begun, asked] of [
      [before, after],
      [after, before],
    ] as const) {
      const cursor = (await page(begun, '')).json().nextCursor as string
      expect((await page(asked, `&cursor=${cursor}`)).status).toBe(200)
    }
    const old = (await page(before, '')).json().nextCursor as string
    const own = await signIn(done, member)
    const path = `/api/v1/practices?limit=1&cursor=${old}`
    expect((await browser(done, own, slug)({ path })).status).toBe(422)
  })

  it('a secret that is gone is nobody’s: neither its sessions nor its tokens count', async () => {
    const { member, status } = await setup()
    expect(await status(done, await signIn(before, member))).toBe(401)
    expect(await status(done, await signIn(after, member))).toBe(200)
    const token = 'a'.repeat(64)
    const forged = `${token}|${createHash('sha256').update(`${token}${OLD}`).digest('hex')}`
    const cookie = await signIn(after, member)
    await done.send({
      method: 'POST',
      path: '/api/auth/signout',
      headers: [
        ['Content-Type', 'application/x-www-form-urlencoded'],
        ['Cookie', `next-auth.csrf-token=${encodeURIComponent(forged)}; ${cookie}`],
      ],
      body: `csrfToken=${token}&json=true`,
    })
    expect(await status(done, cookie)).toBe(200)
  })
})
