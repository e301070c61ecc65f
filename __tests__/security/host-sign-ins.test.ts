import { makeClub, makeMember, useDatabase, type Member } from '../support/club'
import { bearer } from '../support/forgery'
import {
  LIBRARIES,
  addPerson,
  altered,
  makeClerk,
  makeShop,
  postWithCsrf,
  somebody,
  type Person,
} from '../support/host-sign-ins'
import { originOf } from '../support/browser'
import { useSignIns } from '../support/other-app'
import type { Server } from '../support/server'

// People who sign in by another app's library, each by the library's own routes, come to the key routes by
// the cookie that they got there, and nobody else by any other.

const database = useDatabase()
let admin: Member
let slug: string
beforeAll(async () => {
  await makeShop(database.directUrl())
  const club = await makeClub()
  slug = club.slug
  admin = await makeMember(club.id, ['CLUB_ADMIN', 'COACH'])
})

type Asked = { method?: string; body?: unknown; origin?: string }
async function call(server: Server, path: string, cookie: string, asked: Asked = {}) {
  const { method = 'GET', body, origin = originOf(server) } = asked
  const headers: [string, string][] = [
    ['Cookie', cookie],
    ['X-Club', slug],
    ['Origin', origin],
    ...(body === undefined ? [] : ([['Content-Type', 'application/json']] as [string, string][])),
  ]
  const text = body === undefined ? '' : JSON.stringify(body)
  const answer = await server.send({ method, path: `/api/v1${path}`, headers, body: text })
  return { status: answer.status, json: JSON.parse(answer.body || 'null') as Record<string, unknown> }
}
const create = (server: Server, cookie: string, origin?: string) =>
  call(server, '/api-keys', cookie, {
    method: 'POST',
    body: { name: 'By a sign-in of the app’s', scopes: ['practices:read'] },
    ...(origin !== undefined && { origin }),
  })

async function livesAKeysLife(server: Server, cookie: string): Promise<void> {
  expect((await call(server, '/whoami', cookie)).json).toMatchObject({
    user: { id: admin.userId },
    key: null,
  })
  const made = await create(server, cookie)
  expect(made.status).toBe(201)
  const { id, key } = made.json as { id: string; key: string }
  const listed = await call(server, '/api-keys', cookie)
  expect((listed.json.data as { id: string }[]).map((one) => one.id)).toContain(id)
  const use = () => server.send({ path: '/api/v1/whoami', headers: bearer(key) })
  expect((await use()).status).toBe(200)
  expect((await call(server, `/api-keys/${id}/revoke`, cookie, { method: 'POST', body: {} })).status).toBe(
    200,
  )
  expect((await use()).status).toBe(401)
}

describe.each(Object.entries(LIBRARIES))('%s', (name, make) => {
  const library = make(database.directUrl)
  const server = useSignIns(database, library.env)
  let person: Person
  beforeAll(async () => {
    person = await library.register(server(), admin.userId)
  })

  it('whoever signed in makes, lists and revokes a key, until they sign out', async () => {
    const cookie = await library.signIn(server(), person)
    await livesAKeysLife(server(), cookie)
    await library.signOut(server(), cookie)
    // Whoever kept a copy of the cookie has nothing either.
    for (const { status, json } of [
      await call(server(), '/api-keys', cookie),
      await create(server(), cookie),
    ])
      expect([status, json.code]).toEqual([401, 'missing_credentials'])
  })

  it('a cookie that is not theirs, or no more, is nobody’s', async () => {
    for (const [how, cookie] of await library.bad(server(), person))
      for (const { status, json } of [
        await call(server(), '/api-keys', cookie),
        await create(server(), cookie),
      ])
        expect([how, status, json.code]).toEqual([how, 401, 'missing_credentials'])
  })

  it('who is no member of the club finds none; who is nobody to the layer is not signed in', async () => {
    const elsewhere = await makeMember((await makeClub()).id, ['CLUB_ADMIN'])
    const stranger = await library.register(server(), elsewhere.userId)
    expect((await create(server(), await library.signIn(server(), stranger))).status).toBe(404)
    const customer = await library.register(server(), null)
    expect((await create(server(), await library.signIn(server(), customer))).status).toBe(401)
  })

  it('a sign-in of an hour ago reads, and makes nothing; other pages change nothing', async () => {
    const old = await library.old(server(), person)
    expect((await call(server(), '/api-keys', old)).status).toBe(200)
    expect((await create(server(), old)).json.code).toBe('reauthentication_required')
    const fresh = await library.signIn(server(), person)
    expect((await create(server(), fresh, 'https://evil.example')).json.code).toBe('forbidden')
  })

  if (name === 'Better Auth') return
  it('what a client sends by update() changes nothing of who they are', async () => {
    const elsewhere = await makeMember((await makeClub()).id, ['ATHLETE'])
    const cookie = await library.signIn(server(), await library.register(server(), elsewhere.userId))
    const signIn = { id: 'x', at: Date.now(), person: person.id }
    const updated = await postWithCsrf(
      server(),
      '/api/auth/session',
      { data: { signIn, sub: person.id } },
      cookie,
    )
    expect((await create(server(), updated)).status).toBe(404)
  })
})

describe('Clerk', () => {
  let clerk: Awaited<ReturnType<typeof makeClerk>>
  beforeAll(async () => {
    clerk = await makeClerk()
  })
  afterAll(() => clerk.close())
  const server = useSignIns(database, () => clerk.env)
  let person: string
  const register = async (keyUser: string | null) => {
    const { id } = await addPerson(
      database.directUrl(),
      { ...somebody(), id: `user_${Math.random()}` },
      keyUser,
    )
    return id
  }
  beforeAll(async () => {
    person = await register(admin.userId)
  })

  it('whoever signed in makes, lists and revokes a key; once signed out they make none', async () => {
    const cookie = clerk.cookie(server(), person, { sid: 'sess_ending' })
    await livesAKeysLife(server(), cookie)
    clerk.end('sess_ending')
    expect((await create(server(), cookie)).status).toBe(404)
  })

  it('a token that Clerk did not make for this app and now is nobody’s', async () => {
    const now = Math.floor(Date.now() / 1000)
    const good = clerk.cookie(server(), person)
    const bad = {
      altered: altered(good, '__session'),
      'signed by another': clerk.cookie(server(), person, {}, clerk.otherKey),
      'past its end': clerk.cookie(server(), person, { iat: now - 120, nbf: now - 130, exp: now - 60 }),
      'not yet': clerk.cookie(server(), person, { nbf: now + 60 }),
      'for another page': clerk.cookie(server(), person, { azp: 'https://evil.example' }),
      'of staff who act as them': clerk.cookie(server(), person, { act: { sub: 'user_staff' } }),
      'not finished signing in': clerk.cookie(server(), person, { sts: 'pending' }),
      unsigned: `${good.split('.').slice(0, 2).join('.')}.; __client_uat=1`,
    }
    for (const [how, cookie] of Object.entries(bad)) {
      const { status, json } = await create(server(), cookie)
      expect([how, status, json.code]).toEqual([how, 401, 'missing_credentials'])
    }
  })

  it('who is no member of the club finds none; who is nobody to the layer is not signed in', async () => {
    const elsewhere = await makeMember((await makeClub()).id, ['CLUB_ADMIN'])
    expect((await create(server(), clerk.cookie(server(), await register(elsewhere.userId)))).status).toBe(
      404,
    )
    expect((await create(server(), clerk.cookie(server(), await register(null)))).status).toBe(401)
  })

  it.each([[[60, -1]], [[-1, -1]], [undefined]])(
    'proven %j minutes ago: it reads, and makes nothing',
    async (fva) => {
      const cookie = clerk.cookie(server(), person, { fva })
      expect((await call(server(), '/api-keys', cookie)).status).toBe(200)
      expect((await create(server(), cookie)).json.code).toBe('reauthentication_required')
    },
  )
})
