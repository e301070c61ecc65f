import { randomUUID } from 'node:crypto'
import { comparable, expectNamed, expectProblem } from '../support/answers'
import { makeServiceAccount, useDatabase } from '../support/club'
import type { RawResponse } from '../support/raw-http'
import { useRows } from '../support/rows'
import { useServer } from '../support/server'
import { forgetAttempts, useSession } from '../support/sign-in'

const database = useDatabase()
const server = useServer(database.url)
const rows = useRows(database.directUrl)
beforeEach(forgetAttempts)

const PATH = '/api/v1/service-accounts'
const setup = (role?: 'admin' | 'coach' | 'athlete') => useSession(server(), role)
const acts = (id: string) => [
  { path: `${PATH}/${id}` },
  { method: 'PATCH', path: `${PATH}/${id}`, body: { name: 'mine' } },
  { method: 'PATCH', path: `${PATH}/${id}`, body: { roles: ['CLUB_ADMIN'] } },
  { method: 'POST', path: `${PATH}/${id}/remove` },
]
const creation = { method: 'POST', path: PATH, body: { name: 'robot', roles: ['CLUB_ADMIN'] } }

describe('service accounts, by session', () => {
  it('an admin makes, renames, suspends, lists and removes one, and reads it all on record', async () => {
    const { home, ask } = await setup()
    const made = await ask(creation)
    expect({ status: made.status, body: made.json() }).toMatchObject({
      status: 201,
      body: { user: { name: 'robot', kind: 'service' }, roles: ['CLUB_ADMIN'], status: 'ACTIVE' },
    })
    const id = made.json().id as string
    const path = `${PATH}/${id}`
    expect(
      (await ask({ method: 'PATCH', path, body: { name: 'android', status: 'SUSPENDED' } })).json(),
    ).toMatchObject({
      user: { name: 'android' },
      status: 'SUSPENDED',
    })
    expect((await ask({ path: PATH })).json()).toMatchObject({
      data: [{ id, user: { name: 'android' } }],
      nextCursor: null,
    })
    expect((await ask({ method: 'POST', path: `${path}/remove` })).json()).toMatchObject({
      status: 'REMOVED',
    })
    expect((await ask({ path: PATH })).json()).toEqual({ data: [], nextCursor: null })
    const events = (await ask({ path: `/api/v1/audit-events?targetId=${id}` })).json().data as {
      action: string
    }[]
    expect(events.map(({ action }) => action)).toEqual([
      'service-account.remove',
      'service-account.update',
      'service-account.create',
    ])
    const people = (await ask({ path: '/api/v1/members?limit=100' })).json().data as {
      user: { id: string }
    }[]
    expect(people.map(({ user }) => user.id)).toEqual(
      [home.admin, home.coach, home.athlete].map(({ userId }) => userId),
    )
  })

  it('another club’s, a person and a missing id are one and the same 404, and nothing changes', async () => {
    const { home, rival, ask } = await setup()
    const theirs = await makeServiceAccount(rival.clubId, ['COACH'])
    const before = await rows.all()
    const answers: RawResponse[] = []
    for (const id of [theirs.id, theirs.userId, home.admin.userId, randomUUID(), 'robot'])
      for (const act of acts(id)) answers.push(await ask(act))
    for (const answer of answers) expectProblem(answer, 'not_found')
    expect(new Set(answers.map(comparable)).size).toBe(1)
    expect(await rows.all()).toEqual(before)
    expect((await ask({ path: PATH })).json()).toEqual({ data: [], nextCursor: null })
  })

  it('no coach, athlete or key does any of it, whatever the id', async () => {
    for (const role of ['coach', 'athlete'] as const) {
      const { home, rival, ask } = await setup(role)
      const own = await makeServiceAccount(home.clubId, ['ATHLETE'])
      const theirs = await makeServiceAccount(rival.clubId, ['ATHLETE'])
      const before = await rows.all()
      for (const act of [{ path: PATH }, creation, ...acts(own.id), ...acts(theirs.id)]) {
        expectProblem(await ask(act), 'forbidden')
        for (const { token } of [home.keys[role], home.keys.admin])
          expectProblem(await server().call(act.method ?? 'GET', act.path, token, act.body), 'forbidden')
      }
      expect(await rows.all()).toEqual(before)
    }
  })

  it('none stands above its maker, and bad input names its field', async () => {
    const { home, ask } = await setup()
    const { id } = await makeServiceAccount(home.clubId, ['COACH'])
    const path = `${PATH}/${id}`
    const before = await rows.all()
    expectProblem(await ask({ ...creation, body: { name: 'robot', roles: ['COACH'] } }), 'forbidden')
    expectProblem(
      await ask({ method: 'PATCH', path, body: { name: 'x', roles: ['CLUB_ADMIN', 'COACH'] } }),
      'forbidden',
    )
    for (const [body, field] of [
      [{ name: 'robot', roles: [] }, 'roles'],
      [{ name: 'robot', roles: ['OWNER'] }, 'roles'],
      [{ name: '', roles: ['CLUB_ADMIN'] }, 'name'],
      [{ name: 'a\u0000', roles: ['CLUB_ADMIN'] }, 'name'],
      [{ name: 'robot', roles: ['CLUB_ADMIN'], email: 'r@x.test' }, 'email'],
    ] as const) {
      expectNamed(await ask({ ...creation, body }), field)
      expectNamed(await ask({ method: 'PATCH', path, body }), field)
    }
    expectNamed(await ask({ method: 'PATCH', path, body: { status: 'REMOVED' } }), 'status')
    expectNamed(await ask({ path: `${PATH}?status=GONE` }), 'status')
    expect(await rows.all()).toEqual(before)
  })
})
