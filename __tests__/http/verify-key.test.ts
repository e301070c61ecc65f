import { revokeOwnKey } from '@/lib/auth/api-key'
import { db } from '@/lib/db/client'
import { changesHeard, makeKey, twoClubs, useDatabase, type TestKey } from '../support/club'
import type { RawResponse } from '../support/raw-http'
import { useServer } from '../support/server'

const FAILURES = 30
const GUESSES = 6
const database = useDatabase()
const server = useServer(database.url, {
  env: {
    RATE_LIMIT_FAILURES_PER_ADDRESS: String(FAILURES),
    RATE_LIMIT_GUESSES_PER_CREDENTIAL: String(GUESSES),
    TRUSTED_PROXIES: '127.0.0.1/32',
  },
})

const PATH = '/api/auth/api-key/verify'
const INVALID = { status: 200, body: '{"valid":false}' }

let clubs: Awaited<ReturnType<typeof twoClubs>>
beforeAll(async () => {
  clubs = await twoClubs()
})

let from = 0
/** From an address of its own, unless one is given: failures of one test are not those of another. */
const verify = (key: unknown, headers: Record<string, string> = {}): Promise<RawResponse> => {
  const all = {
    'x-forwarded-for': `198.51.100.${from++ % 250}`,
    'content-type': 'application/json',
    ...headers,
  }
  return server().send({
    method: 'POST',
    path: PATH,
    headers: Object.entries(all),
    body: JSON.stringify({ key }),
  })
}
const bearer = ({ token }: TestKey) => ({ authorization: `Bearer ${token}` })
const told = ({ status, body }: RawResponse) => ({ status, body })
const lastUsed = async (id: string) =>
  (await db().apiKeyUse.findUnique({ where: { apiKeyId: id } }))?.lastUsedAt ?? null
const written = () => new Promise((resolve) => setTimeout(resolve, 2_500))

describe('POST api-key/verify, without a credential', () => {
  it('tells whose key it is and what it may do, and that is a use of it', async () => {
    const expiresAt = new Date(Date.now() + 86_400_000)
    const key = await makeKey(clubs.home.coach, { scopes: ['practices:read', 'members:read'], expiresAt })
    const answer = await verify(key.token)
    expect([answer.status, answer.headers['cache-control']]).toEqual([200, 'no-store'])
    expect(answer.json()).toEqual({
      valid: true,
      keyId: key.id,
      clubId: clubs.home.clubId,
      userId: clubs.home.coach.userId,
      scopes: key.actor.scopes,
      expiresAt: expiresAt.toISOString(),
    })
    const endless = await makeKey(clubs.rival.coach, { expiresAt: null })
    expect((await verify(endless.token)).json()).toMatchObject({ expiresAt: null, keyId: endless.id })
    await written()
    expect(await lastUsed(key.id)).not.toBeNull()
  })

  it('says of every key that is not valid the same', async () => {
    const revoked = await makeKey(clubs.home.coach)
    await revokeOwnKey(revoked.actor)
    await changesHeard()
    for (const key of [
      revoked.token,
      revoked.token.slice(0, -1),
      'unknown',
      ' ',
      '\u0000',
      'é',
      'x'.repeat(300),
    ])
      expect(told(await verify(key))).toEqual(INVALID)
  })

  it('G12: takes JSON with one field, and names what is wrong', async () => {
    for (const key of [undefined, null, 1, '', ['x'], {}])
      expect((await verify(key)).json()).toMatchObject({ status: 422, errors: [{ path: 'key' }] })
    const { token } = clubs.home.keys.coach
    for (const [body, status] of [
      ['{"key":"x","a":1}', 422],
      ['{"key":"x","key":"y"}', 422],
      ['key=x', 422],
      [JSON.stringify({ key: 'x', a: token }), 422],
    ] as const) {
      // prettier-ignore
      const answer = await server().send({ method: 'POST', path: PATH, headers: [['Content-Type', 'application/json']], body }) // prettier-ignore
      expect([body, answer.status]).toEqual([body, status])
      expect(answer.body).not.toContain(token)
    }
    const form = await server().send({ method: 'POST', path: PATH, headers: [['Content-Type', 'application/x-www-form-urlencoded']], body: `key=${token}` }) // prettier-ignore
    expect(form.status).toBe(415)
    for (const method of ['GET', 'PUT', 'DELETE'])
      expect((await server().send({ method, path: PATH })).status).toBe(405)
    expect((await server().send({ method: 'POST', path: '/api/auth/api-key/other' })).status).toBe(404)
  })

  it('counts failures against the address; above the limit, keys in use are still told', async () => {
    const key = await makeKey(clubs.home.coach)
    const here = { 'x-forwarded-for': '203.0.113.9' }
    expect((await verify(key.token, here)).json()).toMatchObject({ valid: true })
    for (let n = 0; n < FAILURES; n++) expect(told(await verify(`unknown-${n}`, here))).toEqual(INVALID)
    const over = await verify('unknown', here)
    expect([over.status, over.headers['retry-after']]).toEqual([429, expect.stringMatching(/^\d+$/)])
    expect(over.headers.ratelimit).toContain('"failures";r=0;')
    expect((await verify(key.token, here)).json()).toMatchObject({ valid: true })
    // It is the address's limit, wherever the failures were.
    const elsewhere = await server().send({ path: '/api/v1/whoami', headers: [['X-API-Key', 'unknown'], ['X-Forwarded-For', '203.0.113.9']] }) // prettier-ignore
    expect(elsewhere.status).toBe(429)
  })

  it('holds the key to its own limit and to its addresses', async () => {
    const slow = await makeKey(clubs.home.coach, { rateLimit: { limit: 2, windowSeconds: 3600 } })
    expect((await verify(slow.token)).headers.ratelimit).toMatch(/^"key";r=1;/)
    expect((await verify(slow.token)).status).toBe(200)
    expect((await verify(slow.token)).status).toBe(429)
    const listed = await makeKey(clubs.home.coach, { allowedCidrs: ['192.0.2.0/24'] })
    expect(told(await verify(listed.token))).toEqual(INVALID)
    expect((await verify(listed.token, { 'x-forwarded-for': '192.0.2.1' })).json()).toMatchObject({
      valid: true,
    })
  })
})

describe('POST api-key/verify, with a credential', () => {
  it('is an introspection: by scope, of the own club, and no use of the key', async () => {
    const service = await makeKey(clubs.home.admin, { scopes: ['tokens:introspect'] })
    const { token, id } = await makeKey(clubs.home.coach)
    expect((await verify(token, bearer(service))).json()).toMatchObject({ valid: true, keyId: id })
    expect(told(await verify(clubs.rival.keys.coach.token, bearer(service)))).toEqual(INVALID)
    expect((await verify(token, bearer(clubs.home.keys.athlete))).status).toBe(403)
    const { athlete } = clubs.home.keys
    expect((await verify(athlete.token, bearer(athlete))).json()).toMatchObject({
      valid: true,
      keyId: athlete.id,
    })
    await written()
    expect([await lastUsed(id), (await lastUsed(service.id)) !== null]).toEqual([null, true])
  })

  it('counts keys that are not valid against the caller, not the address', async () => {
    const service = await makeKey(clubs.home.admin, { scopes: ['tokens:introspect'] })
    const here = { 'x-forwarded-for': '203.0.113.77', ...bearer(service) }
    for (let n = 0; n < GUESSES; n++) expect(told(await verify('unknown', here))).toEqual(INVALID)
    const over = await verify('unknown', here)
    expect([over.status, over.headers.ratelimit]).toEqual([429, expect.stringContaining('"guesses";r=0;')])
    expect(told(await verify('unknown', { 'x-forwarded-for': '203.0.113.77' }))).toEqual(INVALID)
  })

  it('that is bad is refused, whatever the key in the body; Basic and a session are none here', async () => {
    const { coach } = clubs.home.keys
    expect((await verify(coach.token, { authorization: 'Bearer unknown' })).status).toBe(401)
    expect((await verify(coach.token, { authorization: 'Bearer a b' })).status).toBe(400)
    expect((await verify(coach.token, { ...bearer(coach), 'x-api-key': coach.token })).status).toBe(400)
    const basic = `Basic ${Buffer.from(`${coach.id}:${coach.token}`).toString('base64')}`
    for (const headers of [{ authorization: basic }, { cookie: 'next-auth.session-token=x' }])
      expect((await verify(coach.token, headers)).json()).toMatchObject({ valid: true })
  })
})
