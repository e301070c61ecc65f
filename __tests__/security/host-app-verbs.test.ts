import { randomUUID } from 'node:crypto'
import { encode } from 'next-auth/jwt'
import { Client } from 'pg'
import { db } from '@/lib/db/client'
import { makeClub, makeKey, makeMember, useDatabase, type Member, type TestKey } from '../support/club'
import { bearer } from '../support/forgery'
import { useHostApp } from '../support/other-app'

// What an app of somebody else's makes with `route` and `changing`, on a table of its own; and the layer's
// handlers for other services, mounted in it.

const HOST_SECRET = 'a secret of the host’s own, which the layer never sees'
const users: Record<string, string> = {}
const database = useDatabase()
let owner: Client
let admin: Member
let slug: string
let key: TestKey
beforeAll(async () => {
  owner = new Client(database.directUrl())
  owner.on('error', () => {}) // The database may be dropped before we leave.
  await owner.connect()
  const app = new URL(database.url()).username
  await owner.query(`
    CREATE SCHEMA shop;
    CREATE TABLE shop.orders (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), club_id uuid NOT NULL, item text NOT NULL);
    GRANT USAGE ON SCHEMA shop TO "${app}";
    GRANT SELECT, INSERT ON shop.orders TO "${app}"`)
  const club = await makeClub()
  slug = club.slug
  admin = await makeMember(club.id, ['CLUB_ADMIN'])
  users.cuid_of_the_admin = admin.userId
  key = await makeOrderKey()
})
afterAll(() => owner.end().catch(() => {}))

/** The scope is the host's: this process, which makes the key, does not know it. */
async function makeOrderKey(): Promise<TestKey> {
  const made = await makeKey(admin)
  await db().apiKey.update({ where: { id: made.id }, data: { scopes: ['orders:write'] } })
  return made
}

const server = useHostApp(database.url, {
  HOST_SECRET,
  NEXTAUTH_SECRET: 'short',
  CLUBKEYS_SECRET: 'a secret of the layer in that app, of some length',
  get HOST_USERS() {
    return JSON.stringify(users)
  },
})

type Headers = [string, string][]
async function post(path: string, headers: Headers, body: unknown) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const type: Headers = typeof body === 'string' ? [] : [['Content-Type', 'application/json']]
  const answer = await server().send({
    method: 'POST',
    path: `/shop${path}`,
    headers: [...headers, ...type],
    body: text,
  })
  return { ...answer, json: answer.json() as Record<string, unknown> }
}
const order = (headers: Headers, item: string, idempotencyKey?: string) =>
  post('/api/v1/orders/', [...headers, ...(idempotencyKey ? [['Idempotency-Key', idempotencyKey] as [string, string]] : [])], { item }) // prettier-ignore
const orders = async (item: string): Promise<number> =>
  (await owner.query('SELECT FROM shop.orders WHERE item = $1', [item])).rows.length

describe('a verb of the app’s own, under an Idempotency-Key', () => {
  it('is done once, and answers the same again', async () => {
    const [item, once] = [randomUUID(), randomUUID()]
    const first = await order(bearer(key.token), item, once)
    const again = await order(bearer(key.token), item, once)
    expect([first.status, first.headers['idempotent-replayed']]).toEqual([201, undefined])
    expect([again.status, again.headers['idempotent-replayed'], again.body]).toEqual([
      201,
      'true',
      first.body,
    ])
    expect(first.json).toEqual({ id: expect.any(String) as string, item })
    expect(await orders(item)).toBe(1)
  })

  it('is done once of twenty at once; the others get its answer or are told to come back', async () => {
    const [item, once] = [randomUUID(), randomUUID()]
    const answers = await Promise.all(Array.from({ length: 20 }, () => order(bearer(key.token), item, once)))
    expect(await orders(item)).toBe(1)
    const made = answers.filter(({ status }) => status === 201)
    expect(new Set(made.map(({ body }) => body)).size).toBe(1)
    for (const { status, json } of answers)
      if (status !== 201) expect([status, json.code]).toEqual([409, 'idempotency_key_in_use'])
  })

  it('is another one for another body, another key, a refused body, and without the header', async () => {
    const [item, once] = [randomUUID(), randomUUID()]
    expect((await order(bearer(key.token), '', once)).status).toBe(422)
    expect((await order(bearer(key.token), item, once)).status).toBe(201)
    const other = await order(bearer(key.token), `${item} and more`, once)
    expect([other.status, other.json.code]).toEqual([422, 'idempotency_key_reused'])
    expect((await order(bearer((await makeOrderKey()).token), item, once)).status).toBe(201)
    expect((await order(bearer(key.token), item)).status).toBe(201)
    expect(await orders(item)).toBe(3)
    expect(await orders(`${item} and more`)).toBe(0)
  })

  it('works for a session of the app’s own', async () => {
    const [item, once] = [randomUUID(), randomUUID()]
    const token = { sub: 'cuid_of_the_admin', authenticatedAt: Date.now() }
    const cookie = `next-auth.session-token=${await encode({ token, secret: HOST_SECRET })}`
    const session: Headers = [
      ['Cookie', cookie],
      ['X-Club', slug],
      ['Origin', 'https://shop.example'],
    ]
    const first = await order(session, item, once)
    const again = await order(session, item, once)
    expect([first.status, again.status, again.headers['idempotent-replayed']]).toEqual([201, 201, 'true'])
    expect([again.body, await orders(item)]).toEqual([first.body, 1])
  })

  it('is refused without its scope, and then leaves no record', async () => {
    const [item, once] = [randomUUID(), randomUUID()]
    const weak = await makeKey(admin, { scopes: ['practices:read'] })
    const refused = await order(bearer(weak.token), item, once)
    expect([refused.status, refused.json.code]).toEqual([403, 'insufficient_scope'])
    await db().apiKey.update({ where: { id: weak.id }, data: { scopes: ['orders:write'] } })
    let done = await order(bearer(weak.token), item, once)
    // The host hears of the change in a moment.
    while (done.status === 403) done = await order(bearer(weak.token), item, once)
    expect([done.status, await orders(item)]).toEqual([201, 1])
  })
})

describe('introspection, mounted in another app', () => {
  const form: Headers = [['Content-Type', 'application/x-www-form-urlencoded']]
  const introspect = (headers: Headers, token: string) =>
    post('/api/v1/introspect/', [...headers, ...form], String(new URLSearchParams({ token })))
  let asking: TestKey
  beforeAll(async () => {
    asking = await makeKey(admin, { scopes: ['tokens:introspect'] })
  })

  it('tells of a key of the club, and nothing of any other', async () => {
    const answer = await introspect(bearer(asking.token), key.token)
    expect([answer.status, answer.json]).toEqual([
      200,
      expect.objectContaining({ active: true, client_id: key.id, scope: 'orders:write', club: { id: admin.clubId, slug } }), // prettier-ignore
    ])
    const foreign = await makeKey(await makeMember((await makeClub()).id, ['COACH']))
    for (const token of [foreign.token, 'sk_club_bad'])
      expect(await introspect(bearer(asking.token), token)).toMatchObject({
        status: 200,
        json: { active: false },
      })
  })

  it('takes the asking key as Basic, and needs one', async () => {
    const basic = Buffer.from(`${asking.id}:${asking.token}`).toString('base64')
    expect((await introspect([['Authorization', `Basic ${basic}`]], key.token)).json).toMatchObject({
      active: true,
    })
    expect((await introspect([], key.token)).status).toBe(401)
    expect((await introspect(bearer((await makeKey(admin, { scopes: ['practices:read'] })).token), key.token)).status).toBe(403) // prettier-ignore
  })
})

describe('a key that asks about itself, in another app', () => {
  const verify = (body: object, headers: Headers = []) => post('/api/auth/api-key/verify/', headers, body)

  it('is told whether it is valid, without a credential beside it', async () => {
    const good = await verify({ key: key.token })
    expect([good.status, good.json]).toEqual([
      200,
      expect.objectContaining({ valid: true, keyId: key.id, clubId: admin.clubId, scopes: ['orders:write'] }),
    ])
    expect(await verify({ key: 'sk_club_bad' })).toMatchObject({ status: 200, json: { valid: false } })
    expect((await verify({})).status).toBe(422)
  })

  it('is asked about by another one only with the scope', async () => {
    const asking = await makeKey(admin, { scopes: ['tokens:introspect'] })
    expect((await verify({ key: key.token }, bearer(asking.token))).json).toMatchObject({ valid: true })
    expect((await verify({ key: asking.token }, bearer(key.token))).status).toBe(403)
  })
})
