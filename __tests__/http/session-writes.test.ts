import { expectProblem } from '../support/answers'
import { makeServiceAccount, useDatabase, type Member } from '../support/club'
import { useRows } from '../support/rows'
import { useServer } from '../support/server'
import {
  ageSession,
  browser,
  forgetAttempts,
  membershipOf,
  setCookies,
  signIn,
  useSession,
} from '../support/sign-in'

const database = useDatabase()
const server = useServer(database.url)
const rows = useRows(database.directUrl)
beforeEach(forgetAttempts)

const KEY = { name: 'made', scopes: ['practices:read'] }
const setup = (role?: 'admin' | 'coach' | 'athlete') => useSession(server(), role)

describe('what changes something', () => {
  const writes = async (home: { clubId: string; keys: { coach: { id: string } }; coach: Member }) => {
    const account = `/api/v1/service-accounts/${(await makeServiceAccount(home.clubId, ['CLUB_ADMIN'])).id}`
    return [
      { method: 'POST', path: '/api/v1/api-keys', body: KEY },
      { method: 'PATCH', path: `/api/v1/api-keys/${home.keys.coach.id}`, body: { name: 'x' } },
      { method: 'POST', path: `/api/v1/api-keys/${home.keys.coach.id}/revoke` },
      { method: 'POST', path: `/api/v1/api-keys/${home.keys.coach.id}/rotate` },
      { method: 'DELETE', path: `/api/v1/api-keys/${home.keys.coach.id}` },
      { method: 'POST', path: '/api/v1/members', body: { email: 'new@example.test', roles: ['COACH'] } },
      {
        method: 'PATCH',
        path: `/api/v1/members/${(await membershipOf(home.coach)).id}`,
        body: { roles: ['ATHLETE'] },
      },
      { method: 'POST', path: `/api/v1/members/${(await membershipOf(home.coach)).id}/remove` },
      {
        method: 'POST',
        path: `/api/v1/members/${(await membershipOf(home.coach)).id}/hand-over`,
        body: { keyIds: [home.keys.coach.id], serviceAccountId: account.split('/').pop() },
      },
      { method: 'POST', path: '/api/v1/service-accounts', body: { name: 'robot', roles: ['CLUB_ADMIN'] } },
      { method: 'PATCH', path: account, body: { name: 'android' } },
      { method: 'POST', path: `${account}/remove` },
    ]
  }

  it('is refused from any Origin but our own, and writes nothing', async () => {
    const { home, ask } = await setup()
    const all = await writes(home)
    const before = await rows.all()
    const own = `http://localhost:${server().port}`
    const origins = [
      'https://evil.test',
      'null',
      '',
      `${own}.evil.test`,
      `${own}/`,
      own.replace('http', 'https'),
      own.toUpperCase(),
      `${own} ${own}`,
    ]
    for (const write of all) {
      const answers = [await ask({ ...write, without: ['Origin'] })]
      for (const origin of origins) answers.push(await ask({ ...write, headers: [['Origin', origin]] }))
      answers.push(await ask({ ...write, without: ['Origin'], headers: [['Referer', `${own}/clubs`]] }))
      for (const answer of answers) expectProblem(answer, 'forbidden')
    }
    expect(await rows.all()).toEqual(before)
  })

  it('wants a sign-in of the last 15 minutes where rights are made, ended or handed out', async () => {
    const { home, sid, ask } = await setup()
    const all = await writes(home)
    await ageSession(sid, 15.1)
    const before = await rows.all()
    for (const write of all.filter(
      ({ path, method }) => !(method === 'PATCH' && path.includes('api-keys')),
    )) {
      expectProblem(await ask(write), 'reauthentication_required')
    }
    expect(await rows.all()).toEqual(before)
    expect((await ask({ path: '/api/v1/members' })).status).toBe(200)
  })

  it('is done within those 15 minutes, and again after a new sign-in', async () => {
    const { member, home, sid, ask } = await setup()
    await ageSession(sid, 14.5)
    expect((await ask({ method: 'POST', path: '/api/v1/api-keys', body: KEY })).status).toBe(201)
    await ageSession(sid, 16)
    const again = browser(server(), await signIn(server(), member), home.slug)
    expect((await again({ method: 'POST', path: '/api/v1/api-keys', body: KEY })).status).toBe(201)
  })

  it('keeps asking for it, however often the cookie is renewed', async () => {
    const { cookie, sid, home } = await setup()
    await ageSession(sid, 16)
    const renewed = setCookies(
      (await server().send({ path: '/api/auth/session', headers: [['Cookie', cookie]] })).headers,
    )
      .map((line) => line.split(';')[0]!)
      .find((one) => one.startsWith('next-auth.session-token='))!
    expect(renewed).not.toBe(cookie)
    expectProblem(
      await browser(server(), renewed, home.slug)({ method: 'POST', path: '/api/v1/api-keys', body: KEY }),
      'reauthentication_required',
    )
  })
})
