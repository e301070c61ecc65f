import { randomUUID } from 'node:crypto'
import { db } from '@/lib/db/client'
import { comparable, expectNamed, expectProblem } from '../support/answers'
import { makeKey, useDatabase, type Member } from '../support/club'
import type { RawResponse } from '../support/raw-http'
import { useRows } from '../support/rows'
import { useServer } from '../support/server'
import {
  browser,
  forgetAttempts,
  givePassword,
  membershipOf,
  setMembership,
  signIn,
  useSession,
} from '../support/sign-in'

const database = useDatabase()
const server = useServer(database.url)
const rows = useRows(database.directUrl)
beforeEach(forgetAttempts)

const KEY = { name: 'made', scopes: ['practices:read'] }
const setup = (role?: 'admin' | 'coach' | 'athlete') => useSession(server(), role)

describe('members and audit, by session', () => {
  const memberPath = async (member: Member) => `/api/v1/members/${(await membershipOf(member)).id}`
  const acts = async (target: Member) => [
    {
      method: 'POST',
      path: '/api/v1/members',
      body: { email: `${randomUUID()}@example.test`, roles: ['COACH'] },
    },
    { method: 'PATCH', path: await memberPath(target), body: { status: 'SUSPENDED' } },
    { method: 'POST', path: `${await memberPath(target)}/remove` },
    { path: `${await memberPath(target)}/impact?act=remove` },
  ]

  it('an admin invites, changes, removes and reads it all on record', async () => {
    const { home, ask } = await setup()
    const email = `${randomUUID()}@example.test`
    const invited = await ask({
      method: 'POST',
      path: '/api/v1/members',
      body: { email, name: 'Nia', roles: ['COACH'] },
    })
    expect({ status: invited.status, body: invited.json() }).toMatchObject({
      status: 201,
      body: {
        user: { email, name: 'Nia' },
        mailed: false,
        setPasswordLink: expect.stringMatching(`^http://localhost:${server().port}/set-password#`),
      },
    })
    const path = `/api/v1/members/${invited.json().id as string}`
    expect(
      (await ask({ method: 'PATCH', path, body: { roles: ['COACH', 'ATHLETE'] } })).json(),
    ).toMatchObject({
      roles: ['COACH', 'ATHLETE'],
    })
    expect((await ask({ method: 'POST', path: `${path}/remove` })).json()).toMatchObject({
      status: 'REMOVED',
    })
    expect((await ask({ path })).json()).toMatchObject({ status: 'REMOVED', user: { email } })
    const events = (
      await ask({ path: `/api/v1/audit-events?targetId=${invited.json().id as string}` })
    ).json().data as { action: string }[]
    expect(events.map(({ action }) => action)).toEqual(['member.remove', 'member.update', 'member.invite'])
    expect((await ask({ path: '/api/v1/members?role=CLUB_ADMIN' })).json().data).toMatchObject([
      { user: { id: home.admin.userId } },
    ])
  })

  it('an admin is told which keys would stop before anything does; bad questions name their field', async () => {
    const { home, rival, ask } = await setup()
    const path = `${await memberPath(home.coach)}/impact`
    const before = await rows.all()
    const answer = await ask({ path: `${path}?act=roles&roles=ATHLETE` })
    expect(answer.json()).toMatchObject({
      keys: [{ id: home.keys.coach.id, scopesLost: ['practices:write'], requests30d: 0 }],
    })
    expect((await ask({ path: `${path}?act=remove` })).json().keys).toHaveLength(1)
    for (const [query, field] of [
      ['', 'act'],
      ['?act=kill', 'act'],
      ['?act=roles', 'roles'],
      ['?act=remove&roles=COACH', 'roles'],
    ] as const)
      expectNamed(await ask({ path: path + query }), field)
    const missing = `/api/v1/members/${randomUUID()}/impact`
    const answers = [
      await ask({ path: `${await memberPath(rival.coach)}/impact?act=remove` }),
      await ask({ path: `${missing}?act=remove` }),
    ]
    for (const answer of answers) expectProblem(answer, 'not_found')
    expect(new Set(answers.map(comparable)).size).toBe(1)
    expect(await rows.all()).toEqual(before)
  })

  it('no coach or athlete does, and a foreign member is a missing one, byte for byte', async () => {
    for (const role of ['coach', 'athlete'] as const) {
      const { home, ask } = await setup(role)
      const before = await rows.all()
      for (const act of await acts(home.admin)) {
        const answer = await ask(act)
        expectProblem(answer, 'forbidden')
        expect(answer.headers['www-authenticate']).toBe('Bearer realm="api", error="insufficient_scope"')
      }
      expect(await rows.all()).toEqual(before)
    }
    const { rival, ask } = await setup()
    const missing = `/api/v1/members/${randomUUID()}`
    const answers: RawResponse[] = []
    for (const path of [await memberPath(rival.coach), missing]) {
      answers.push(
        await ask({ path }),
        await ask({ method: 'PATCH', path, body: { roles: ['ATHLETE'] } }),
        await ask({ method: 'POST', path: `${path}/remove` }),
      )
    }
    for (const answer of answers) expectProblem(answer, 'not_found')
    expect(new Set(answers.map(comparable)).size).toBe(1)
  })

  it('no key does, an admin’s with every scope among them, whatever the id', async () => {
    const { home, rival } = await setup()
    const { token } = await makeKey(home.admin)
    const before = await rows.all()
    for (const act of [...(await acts(home.coach)), ...(await acts(rival.coach))]) {
      expectProblem(await server().call(act.method ?? 'GET', act.path, token, act.body), 'forbidden')
    }
    expect(await rows.all()).toEqual(before)
    expect((await server().call('GET', '/api/v1/members', token)).status).toBe(200)
  })

  it.each([
    [{ email: 'no address', roles: ['COACH'] }, 'email'],
    [{ email: `${'x'.repeat(250)}@example.test`, roles: ['COACH'] }, 'email'],
    [{ email: 'a@b.test\r\nBcc: c@d.test', roles: ['COACH'] }, 'email'],
    [{ email: 'a@b.test, c@d.test', roles: ['COACH'] }, 'email'],
    [{ email: 'a@b.test' }, 'roles'],
    [{ email: 'a@b.test', roles: [] }, 'roles'],
    [{ email: 'a@b.test', roles: ['KING'] }, 'roles.0'],
    [{ email: 'a@b.test', roles: ['COACH', 'COACH'] }, 'roles'],
    [{ email: 'a@b.test', roles: ['COACH'], name: 'a\u0000b' }, 'name'],
    [{ email: 'a@b.test', roles: ['COACH'], clubId: 'x' }, 'clubId'],
    [{ email: 'a@b.test', roles: ['COACH'], status: 'ACTIVE' }, 'status'],
  ])('G12: names the field of a bad invitation: %j', async (body, field) => {
    const { ask } = await setup()
    const answer = await ask({ method: 'POST', path: '/api/v1/members', body })
    expect(expectProblem(answer, 'validation_failed').errors!.map(({ path }) => path)).toContain(field)
  })

  it.each([
    [{}, ''],
    [{ status: 'REMOVED' }, 'status'],
    [{ roles: null }, 'roles'],
    [{ email: 'a@b.test' }, 'email'],
    [{ userId: 'x' }, 'userId'],
  ])('G12: names the field of a bad change: %j', async (body, field) => {
    const { home, ask } = await setup()
    const answer = await ask({ method: 'PATCH', path: await memberPath(home.coach), body })
    expect(expectProblem(answer, 'validation_failed').errors!.map(({ path }) => path)).toContain(field)
  })

  it('a member who loses their place while their page is open gets nothing more', async () => {
    const { home, ask: admin } = await setup()
    await givePassword(home.coach)
    const coach = browser(server(), await signIn(server(), home.coach), home.slug)
    expect((await coach({ path: '/api/v1/practices' })).status).toBe(200)
    expect((await admin({ method: 'POST', path: `${await memberPath(home.coach)}/remove` })).status).toBe(200)
    expectProblem(await coach({ path: '/api/v1/practices' }), 'not_found')
    expectProblem(await coach({ method: 'POST', path: '/api/v1/api-keys', body: KEY }), 'not_found')
  })

  it('100 concurrent demotions of the last two admins leave one', async () => {
    const { home, ask: first } = await setup()
    const second = { ...home.coach, roles: ['CLUB_ADMIN'] }
    await setMembership(home.coach, { roles: ['CLUB_ADMIN'] })
    await givePassword(second as Member)
    const other = browser(server(), await signIn(server(), home.coach), home.slug)
    const paths = [await memberPath(home.admin), await memberPath(home.coach)]
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        [first, other][i % 2]!({ method: 'PATCH', path: paths[(i >> 1) % 2]!, body: { roles: ['ATHLETE'] } }),
      ),
    )
    expect(
      await db().membership.count({
        where: { clubId: home.clubId, status: 'ACTIVE', roles: { has: 'CLUB_ADMIN' } },
      }),
    ).toBe(1)
    // 503: so many at once may find no free connection in time.
    for (const { status } of answers) expect([200, 403, 404, 409, 503]).toContain(status)
    expect(answers.some(({ status }) => status === 200)).toBe(true)
  })
})
