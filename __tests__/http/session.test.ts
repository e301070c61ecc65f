import { randomUUID } from 'node:crypto'
import { endAllLoginSessions } from '@/lib/sign-in/login-session'
import { db } from '@/lib/db/client'
import { comparable, expectProblem } from '../support/answers'
import { makeMember, useDatabase } from '../support/club'
import { useServer } from '../support/server'
import {
  browser,
  claimsOf,
  forgetAttempts,
  postForm,
  setCookies,
  setMembership,
  signIn,
  useSession,
} from '../support/sign-in'

const database = useDatabase()
const server = useServer(database.url)
beforeEach(forgetAttempts)

const WHOAMI = '/api/v1/whoami'
const KEY = { name: 'made', scopes: ['practices:read'] }
const setup = (role?: 'admin' | 'coach' | 'athlete') => useSession(server(), role)

describe('a session', () => {
  it('acts for its user in the club it names, with the roles they have there', async () => {
    const { home, member, ask } = await setup()
    const answer = await ask({ path: WHOAMI })
    expect({ status: answer.status, body: answer.json() }).toMatchObject({
      status: 200,
      body: {
        club: { id: home.clubId, slug: home.slug },
        user: { id: member.userId, kind: 'user' },
        key: null,
        roles: ['CLUB_ADMIN'],
      },
    })
    expect(answer.headers['cache-control']).toBe('no-store')
  })

  it('acts in another club of theirs with their roles there', async () => {
    const { rival, member, ask } = await setup()
    await db().membership.create({
      data: { clubId: rival.clubId, userId: member.userId, roles: ['ATHLETE'] },
    })
    const answer = await ask({ path: WHOAMI, headers: [['X-Club', rival.slug]] })
    expect(answer.json()).toMatchObject({ club: { id: rival.clubId }, roles: ['ATHLETE'] })
  })

  it('is on record with its user, its address and its browser', async () => {
    const { member, ask } = await setup()
    const made = await ask({
      method: 'POST',
      path: '/api/v1/api-keys',
      body: KEY,
      headers: [['User-Agent', 'tests/1']],
    })
    expect(made.status).toBe(201)
    expect(await db().auditEvent.findFirst({ where: { targetId: made.json().id as string } })).toMatchObject({
      actorKind: 'session',
      actorUserId: member.userId,
      address: '127.0.0.1',
      userAgent: 'tests/1',
      requestId: made.headers['x-request-id'],
    })
  })

  it('must name a club', async () => {
    const { ask } = await setup()
    expectProblem(await ask({ path: WHOAMI, without: ['X-Club'] }), 'invalid_request')
  })

  it('gets one and the same answer for a club that is foreign, unknown, left, or where it is suspended', async () => {
    const { home, rival, member, ask } = await setup()
    const naming = (slug: string) => ask({ path: WHOAMI, headers: [['X-Club', slug]] })
    const others = [
      rival.slug,
      `club-${randomUUID().slice(0, 8)}`,
      '',
      ' ',
      home.slug.toUpperCase(),
      `${home.slug}, ${rival.slug}`,
      'x'.repeat(4000),
    ]
    const answers = await Promise.all(others.map(naming))
    await makeMember(home.clubId, ['CLUB_ADMIN'])
    for (const status of ['SUSPENDED', 'REMOVED'] as const) {
      await setMembership(member, { status })
      answers.push(await naming(home.slug))
    }
    for (const answer of answers) expectProblem(answer, 'not_found')
    expect(new Set(answers.map(comparable)).size).toBe(1)
  })

  it('G4: follows its membership from request to request: roles, suspension, return', async () => {
    const { home, member, ask } = await setup()
    await makeMember(home.clubId, ['CLUB_ADMIN'])
    await setMembership(member, { roles: ['ATHLETE'] })
    expect((await ask({ path: WHOAMI })).json()).toMatchObject({ roles: ['ATHLETE'] })
    expectProblem(await ask({ path: '/api/v1/audit-events' }), 'forbidden')
    await setMembership(member, { status: 'SUSPENDED' })
    expectProblem(await ask({ path: WHOAMI }), 'not_found')
    await setMembership(member, { status: 'ACTIVE' })
    expect((await ask({ path: WHOAMI })).status).toBe(200)
  })
})

describe('G2: a request that presents any other credential', () => {
  it.each<[string, (token: string) => [string, string][], number, string]>([
    ['a bad bearer', () => [['Authorization', 'Bearer sk_club_nobody']], 401, 'invalid_token'],
    ['a bad X-API-Key', () => [['X-API-Key', 'sk_club_nobody']], 401, 'invalid_token'],
    ['a scheme that is not ours', () => [['Authorization', 'Basic YTpi']], 401, 'missing_credentials'],
    ['an empty bearer', () => [['Authorization', 'Bearer']], 400, 'invalid_request'],
    ['a forged context', () => [['x-api-key-context', 'a.b']], 401, 'missing_credentials'],
    ['an empty context', () => [['x-api-key-context', '']], 401, 'missing_credentials'],
    ['a key in the address', () => [], 400, 'invalid_request'],
  ])('stands or falls with it: %s beside a good cookie', async (name, headers, status, code) => {
    const { home, ask } = await setup()
    const { token } = home.keys.admin
    const path = name.includes('address') ? `${WHOAMI}?key=${token}` : WHOAMI
    for (const without of [[], ['X-Club']]) {
      const answer = await ask({ path, headers: headers(token), without })
      // With a key X-Club is an error of its own.
      const club = without.length === 0 && code === 'invalid_token'
      expect({ status: answer.status, code: answer.json().code }).toEqual(
        club ? { status: 400, code: 'invalid_request' } : { status, code },
      )
    }
  })

  it('acts as the key’s owner, not as the cookie’s, and must not name a club', async () => {
    const { home, ask } = await setup()
    const key: [string, string] = ['Authorization', `Bearer ${home.keys.athlete.token}`]
    const answer = await ask({ path: WHOAMI, headers: [key], without: ['X-Club'] })
    expect(answer.json()).toMatchObject({
      user: { id: home.athlete.userId },
      key: { id: home.keys.athlete.id },
    })
    expectProblem(await ask({ path: WHOAMI, headers: [key] }), 'invalid_request')
    expectProblem(
      await ask({ path: '/api/v1/audit-events', headers: [key], without: ['X-Club'] }),
      'forbidden',
    )
  })

  it('cannot borrow a club by the plain identity headers', async () => {
    const { home, rival, ask } = await setup()
    const forged: [string, string][] = [
      ['x-api-key-club-id', rival.clubId],
      ['x-api-key-user-id', rival.admin.userId],
      ['x-auth-type', 'api-key'],
    ]
    expect((await ask({ path: WHOAMI, headers: forged })).json()).toMatchObject({ club: { id: home.clubId } })
  })
})

describe('the session cookie', () => {
  it('holds who and which sign-in, and nothing else', async () => {
    const { member, cookie, sid } = await setup()
    const { iat, exp, jti, ...said } = await claimsOf(cookie)
    expect(said).toEqual({ sub: member.userId, sid })
    expect(Number(exp) - Number(iat)).toBe(7 * 24 * 3600)
    expect(jti).toEqual(expect.any(String))
  })

  it('is moved to no other club, user or sign-in by what a client sends to update()', async () => {
    const { home, rival, member, cookie, sid } = await setup('athlete')
    const data = {
      sub: rival.admin.userId,
      sid: randomUUID(),
      clubId: rival.clubId,
      club: rival.slug,
      roles: ['CLUB_ADMIN'],
      user: { id: rival.admin.userId },
    }
    const csrf = await server().send({ path: '/api/auth/csrf' })
    const csrfCookie = setCookies(csrf.headers)[0]!.split(';')[0]!
    const answer = await server().send({
      method: 'POST',
      path: '/api/auth/session',
      headers: [
        ['Cookie', `${csrfCookie}; ${cookie}`],
        ['Content-Type', 'application/json'],
      ],
      body: JSON.stringify({ csrfToken: csrf.json().csrfToken, data }),
    })
    expect(answer.status).toBe(200)
    for (const secret of [rival.admin.userId, rival.clubId, 'CLUB_ADMIN'])
      expect(answer.body).not.toContain(secret)
    const after = setCookies(answer.headers)
      .map((line) => line.split(';')[0]!)
      .find((one) => one.includes('session-token'))!
    const { iat: _iat, exp: _exp, jti: _jti, ...said } = await claimsOf(after)
    expect(said).toEqual({ sub: member.userId, sid })
    const moved = browser(server(), after, home.slug)
    expect((await moved({ path: WHOAMI })).json()).toMatchObject({
      user: { id: member.userId },
      club: { id: home.clubId },
      roles: ['ATHLETE'],
    })
    expectProblem(await moved({ path: WHOAMI, headers: [['X-Club', rival.slug]] }), 'not_found')
  })

  it('is nothing once its sign-in ended, its user is disabled, or it was tampered with', async () => {
    const { member, cookie, sid, home, ask } = await setup()
    const flipped = cookie.slice(0, -8) + (cookie.at(-8) === 'A' ? 'B' : 'A') + cookie.slice(-7)
    for (const bad of [
      flipped,
      'next-auth.session-token=',
      'next-auth.session-token=x',
      cookie.replace('next-auth.', '__Secure-next-auth.'),
    ]) {
      expectProblem(await browser(server(), bad, home.slug)({ path: WHOAMI }), 'missing_credentials')
    }
    await db().user.update({ where: { id: member.userId }, data: { disabledAt: new Date() } })
    expectProblem(await ask({ path: WHOAMI }), 'missing_credentials')
    await db().user.update({ where: { id: member.userId }, data: { disabledAt: null } })
    // Who may come back signs in anew: a copy of this cookie may be in other hands.
    expectProblem(await ask({ path: WHOAMI }), 'missing_credentials')
    await db().loginSession.update({ where: { id: sid }, data: { revokedAt: null } })
    expect((await ask({ path: WHOAMI })).status).toBe(200)
    await db().loginSession.update({ where: { id: sid }, data: { expiresAt: new Date(Date.now() - 1) } })
    expectProblem(await ask({ path: WHOAMI }), 'missing_credentials')
    await db().loginSession.update({
      where: { id: sid },
      data: { expiresAt: new Date(Date.now() + 60_000), revokedAt: new Date() },
    })
    expectProblem(await ask({ path: WHOAMI }), 'missing_credentials')
  })

  it('ends with signing out, for whoever kept a copy; other sign-ins go on', async () => {
    const { member, home, cookie, sid, ask } = await setup()
    const other = browser(server(), await signIn(server(), member), home.slug)
    const answer = await postForm(server(), '/api/auth/signout', {}, [cookie])
    expect(answer.status).toBe(200)
    expect(setCookies(answer.headers).some((line) => line.startsWith('next-auth.session-token=;'))).toBe(true)
    expect((await db().loginSession.findUniqueOrThrow({ where: { id: sid } })).revokedAt).not.toBeNull()
    expectProblem(await ask({ path: WHOAMI }), 'missing_credentials')
    expect((await other({ path: WHOAMI })).status).toBe(200)
  })

  it('ends everywhere at once when the user says so', async () => {
    const { member, home, ask } = await setup()
    const other = browser(server(), await signIn(server(), member), home.slug)
    await endAllLoginSessions(member.userId)
    for (const one of [ask, other]) expectProblem(await one({ path: WHOAMI }), 'missing_credentials')
  })

  it('is not signed out by a page of somebody else’s: without our csrf token nothing ends', async () => {
    const { cookie, ask } = await setup()
    await server().send({
      method: 'POST',
      path: '/api/auth/signout',
      headers: [
        ['Cookie', cookie],
        ['Content-Type', 'application/x-www-form-urlencoded'],
        ['Origin', 'https://evil.test'],
      ],
      body: 'csrfToken=x&json=true',
    })
    expect((await ask({ path: WHOAMI })).status).toBe(200)
  })
})
