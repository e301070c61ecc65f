import { db } from '@/lib/db/client'
import { makeClub, makeMember, useDatabase } from '../support/club'
import {
  browser,
  forgetAttempts,
  givePassword,
  PASSWORD,
  postForm,
  setCookies,
  signIn,
} from '../support/sign-in'
import { useStallingServer } from '../support/stalling-server'

// Acts that end a way in, while the database does not answer: none is answered as if it had succeeded.

const database = useDatabase()
const stalling = useStallingServer(database.url)
beforeEach(forgetAttempts)

async function setup() {
  const { id, slug } = await makeClub()
  const member = await makeMember(id, ['COACH'])
  await givePassword(member)
  const cookie = await signIn(stalling.server(), member)
  const status = async (sent = cookie) =>
    (await browser(stalling.server(), sent, slug)({ path: '/api/v1/whoami' })).status
  const standing = () => db().loginSession.count({ where: { userId: member.userId, revokedAt: null } })
  return { member, cookie, status, standing }
}

/** Runs it against a database that takes what it is sent and answers nothing. */
async function whileStalled<T>(run: () => Promise<T>): Promise<T> {
  stalling.relay().cut()
  try {
    return await run()
  } finally {
    stalling.relay().mend()
  }
}

/** Until the connections that fell silent are given up. */
async function healed(status: () => Promise<number>): Promise<void> {
  for (let i = 0; i < 50 && (await status()) === 503; i++) await new Promise((done) => setTimeout(done, 200))
}

describe('a sign-out while the database stalls', () => {
  it('is 503, keeps the cookie, and can be sent again', async () => {
    const { cookie, status, standing } = await setup()
    const answer = await whileStalled(() => postForm(stalling.server(), '/api/auth/signout', {}, [cookie]))
    expect({ status: answer.status, code: answer.json().code }).toEqual({ status: 503, code: 'unavailable' })
    expect(setCookies(answer.headers).filter((line) => line.includes('session-token'))).toEqual([])
    await healed(status)
    expect(await standing()).toBe(1)
    const again = await postForm(stalling.server(), '/api/auth/signout', {}, [cookie])
    expect(again.status).toBe(200)
    expect(await standing()).toBe(0)
    expect(await status()).toBe(401)
  })
})

describe('a sign-out that next-auth takes for none', () => {
  it('is not answered as if it had been done', async () => {
    const { cookie, status } = await setup()
    const headers: [string, string][] = [
      ['Cookie', cookie],
      ['Content-Type', 'application/x-www-form-urlencoded'],
    ]
    const body = 'csrfToken=x&json=true'
    const answer = await stalling.server().send({ method: 'POST', path: '/api/auth/signout', headers, body })
    expect({ status: answer.status, code: answer.json().code }).toEqual({ status: 403, code: 'forbidden' })
    expect(setCookies(answer.headers)).toEqual([])
    expect(await status()).toBe(200)
  })
})

describe('a sign-in while the database stalls', () => {
  it('is 503, sets no session, and leaves the one of before as it was', async () => {
    const { member, cookie, status, standing } = await setup()
    const fields = { email: member.email, password: PASSWORD }
    const answer = await whileStalled(() =>
      postForm(stalling.server(), '/api/auth/callback/password', fields, [cookie]),
    )
    expect({ status: answer.status, code: answer.json().code }).toEqual({ status: 503, code: 'unavailable' })
    expect(answer.json().url).toMatch(/\/sign-in\?error=unavailable$/)
    expect(setCookies(answer.headers).filter((line) => line.includes('session-token'))).toEqual([])
    await healed(status)
    expect(await standing()).toBe(1)
  })

  it('that cannot end the one of before is none', async () => {
    const { member, cookie, status, standing } = await setup()
    const fields = { email: member.email, password: PASSWORD }
    // Another session holds the row of the sign-in that is to end, for longer than the app waits.
    const answer = await db().$transaction(
      async (tx) => {
        await tx.$queryRaw`SELECT 1 FROM "LoginSession" WHERE "userId" = ${member.userId}::uuid FOR UPDATE`
        return postForm(stalling.server(), '/api/auth/callback/password', fields, [cookie])
      },
      { timeout: 20_000 },
    )
    expect(answer.status).toBe(503)
    expect(setCookies(answer.headers).filter((line) => line.includes('session-token'))).toEqual([])
    expect(await standing()).toBe(1)
    expect(await status()).toBe(200)
  })
})
