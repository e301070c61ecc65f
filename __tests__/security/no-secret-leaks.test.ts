import { setTimeout as sleep } from 'node:timers/promises'
import { makeClub, makeKey, makeMember, makePractice, useDatabase, type Member } from '../support/club'
import type { RawRequest, RawResponse } from '../support/raw-http'
import { useRows } from '../support/rows'
import { useServer } from '../support/server'

const database = useDatabase()
const server = useServer(database.url, { env: { LOG_LEVEL: 'debug' } })
const rows = useRows(database.directUrl)

const PREFIX = 'sk_club_'
/** What nobody may see of a token: all of it, or what stands between its public beginning and end. */
const secretsOf = (token: string) => [token, token.slice(PREFIX.length + 4, -6)]

let member: Member
let token: string
let practiceId: string
const minted: string[] = []
const seen: { what: string; answer: RawResponse }[] = []

beforeAll(async () => {
  member = await makeMember((await makeClub()).id, ['COACH'])
  ;({ token } = await makeKey(member))
  practiceId = (await makePractice(member)).id
  minted.push(token)
})

async function send(what: string, request: RawRequest): Promise<RawResponse> {
  const answer = await server().send(request)
  seen.push({ what, answer })
  return answer
}
const call = (what: string, method: string, path: string, body?: unknown, key = token) =>
  send(what, {
    method,
    path,
    headers: [bearer(key), JSON_TYPE],
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
const bearer = (key: string): [string, string] => ['Authorization', `Bearer ${key}`]
const JSON_TYPE: [string, string] = ['Content-Type', 'application/json']
const practice = { title: 'x', startsAt: '2027-01-01T10:00:00Z' }

/** The one answer that may hold a token: not among those that are searched. */
async function mint(): Promise<{ id: string; key: string }> {
  const made = (
    await server().call('POST', '/api/v1/api-keys', token, {
      name: 'minted',
      scopes: ['practices:read', 'api-keys:write'],
    })
  ).json()
  minted.push(made.key as string)
  return made as { id: string; key: string }
}

/** Everything that was printed, answered and stored, each with a name to find it by. */
async function everything(): Promise<{ where: string; text: string }[]> {
  const answered = seen.map(({ what, answer }) => ({
    where: `answer to ${what}`,
    text: JSON.stringify(answer.headers) + answer.body,
  }))
  return [{ where: 'stdout and stderr', text: server().output() }, ...answered, ...(await rows.values())]
}

async function leaks(): Promise<string[]> {
  const places = await everything()
  return minted.flatMap((one, i) =>
    places
      .filter(({ text }) => secretsOf(one).some((secret) => text.includes(secret)))
      .map(({ where }) => `token ${i} in ${where}`),
  )
}

describe('G1: a token is found nowhere but in the answer that created it', () => {
  it('when it is used, refused, mistyped, revoked and used again', async () => {
    const { id, key } = await mint()
    minted.push((await server().call('POST', `/api/v1/api-keys/${id}/rotate`, key)).json().key as string)
    await call('a second rotation', 'POST', `/api/v1/api-keys/${id}/rotate`, undefined, key)
    for (const path of [
      '/api/v1/whoami',
      '/api/v1/practices',
      '/api/v1/api-keys',
      `/api/v1/api-keys/${id}`,
      '/api/v1/nothing',
      '/',
      '/docs/problems',
    ]) {
      await call(`GET ${path}`, 'GET', path, undefined, key)
      await send(`GET ${path} by X-API-Key`, { path, headers: [['X-API-Key', key]] })
    }
    await call('its own key', 'GET', `/api/v1/api-keys/${id}`)
    await call('the list of keys', 'GET', '/api/v1/api-keys')
    await call('what its scope forbids', 'POST', '/api/v1/practices', practice, key)
    const last = key.endsWith('x') ? 'y' : 'x'
    for (const bad of [
      key.slice(0, -1) + last,
      key.slice(0, -1),
      `${key}x`,
      key.toLowerCase(),
      `${key}=`,
      `${key} ${key}`,
      `x${key}`,
      key.replace('club', 'live'),
    ]) {
      await call('a mistyped key', 'GET', '/api/v1/whoami', undefined, bad)
    }
    await call('its revocation', 'POST', `/api/v1/api-keys/${id}/revoke`, {})
    await call('its deletion', 'DELETE', `/api/v1/api-keys/${id}`)
    await call('its use after that', 'GET', '/api/v1/whoami', undefined, key)
    expect(await leaks()).toEqual([])
  })

  it('when a caller sends it where it does not belong', async () => {
    const { key } = await mint()
    const [method, path] = ['GET', '/api/v1/practices']
    for (const query of [
      `access_token=${key}`,
      `key=${key}`,
      `limit=${key}`,
      `cursor=${key}`,
      `${key}=1`,
      key,
      `x=%20${key}`,
      `x=Bearer+${key}`,
      `x=%73k${key.slice(2)}`,
    ]) {
      await call('a key in the query', method, `${path}?${query}`)
      await send('a key in the query alone', { path: `${path}?${query}` })
    }
    for (const target of [
      `${path}/${key}`,
      `/api/v1/api-keys/${key}/revoke`,
      `/api/${key}`,
      `/api/v1/x%20${key}`,
      `/api/v1/_${key}`,
      `/api/v1/${key}%`,
    ]) {
      await call('a key in the path', 'POST', target)
      await send('a key in the path alone', { path: target })
    }
    // A page and a redirect repeat the address to whoever asked for it; nothing that is kept may.
    for (const page of [`/${key}`, `/docs/${key}`, `${path}/${key}/`]) await server().send({ path: page })
    const headers = [
      'User-Agent',
      'Referer',
      'X-Request-Id',
      'Origin',
      'X-Forwarded-For',
      'X-Api-Key-Context',
      'Accept-Language',
      'X-Club',
      'Host',
    ]
    for (const header of headers) {
      const body = JSON.stringify(practice)
      await send(`a key in ${header}`, {
        method: 'POST',
        path,
        headers: [bearer(token), JSON_TYPE, [header, key]],
        body,
      })
    }
    await send('two credentials', { path, headers: [bearer(key), bearer(key)] })
    await send('both headers', { path, headers: [bearer(key), ['X-API-Key', key]] })
    await send('a cookie', { path, headers: [['Cookie', `token=${key}; next-auth.session-token=${key}`]] })
    await send('Basic', { path, headers: [['Authorization', `Basic ${key}`]] })
    expect(await leaks()).toEqual([])
  })

  it('when a body is refused for it', async () => {
    const { key } = await mint()
    const before = await rows.all()
    for (const field of ['startsAt', 'endsAt', 'status', key, `x ${key}`, `_${key}`])
      await call(`a key as ${field.slice(0, 8)}`, 'POST', '/api/v1/practices', { ...practice, [field]: key })
    for (const field of ['scopes', 'ownerId', 'expiresAt', 'metadata', 'rateLimit', 'allowedCidrs', key]) {
      for (const value of [key, [key], { [key]: [key] }, { [`${key} `]: key }])
        await call(`a key in ${field.slice(0, 8)}`, 'POST', '/api/v1/api-keys', {
          name: 'x',
          scopes: ['practices:read'],
          [field]: value,
        })
    }
    for (const body of [
      key,
      `"${key}"`,
      `{"title":"${key}`,
      `{"${key}":`,
      JSON.stringify([key]),
      `{"__proto__":"${key}"}`,
    ])
      await call('a key as a broken body', 'POST', '/api/v1/practices', body)
    for (const type of [key, `text/${key}`])
      await send('a key as a type', {
        method: 'POST',
        path: '/api/v1/practices',
        headers: [bearer(token), ['Content-Type', type]],
        body: '{}',
      })
    await call('too long a title', 'PATCH', `/api/v1/practices/${practiceId}`, { title: key.repeat(10) })
    expect(await rows.all()).toEqual(before)
    expect(await leaks()).toEqual([])
  })

  it('when it stands in the address of a body beyond 10 MB', async () => {
    const { key } = await mint()
    const request = {
      method: 'POST',
      path: `/api/v1/practices?x=%20${key}&y=${key}`,
      headers: [JSON_TYPE],
      body: Buffer.alloc(11 * 1024 * 1024, ' '),
    }
    expect((await send('11 MB', request)).status).toBe(413)
    expect(await leaks()).toEqual([])
  })

  it('when the database refuses a row that holds it, and the error goes to the log', async () => {
    const minted = await mint()
    // Under another brand, because a note with our own is refused; the secret in it is whole.
    const key = minted.key.replace('sk_club_', 'sk_else_')
    const unique = `only-in-this-error-${Date.now()}`
    await rows.query(
      `ALTER TABLE "Practice" ADD CONSTRAINT "none_for_now" CHECK ("location" IS NULL) NOT VALID`,
    )
    for (const notes of [
      key,
      `first line\n${key}`,
      `\t${key}`,
      `"${key}"`,
      `authorization: Bearer ${key}`,
      `{"authorization":"Bearer ${key}"}`,
      `_${key}_`,
      `${unique}${key}`,
    ]) {
      const answer = await call('a row that is refused', 'POST', '/api/v1/practices', {
        ...practice,
        location: 'here',
        notes,
      })
      expect(answer.json()).toMatchObject({ status: 500, code: 'internal_error' })
    }
    await rows.query(`ALTER TABLE "Practice" DROP CONSTRAINT "none_for_now"`)
    expect(server().output()).toContain('unexpected error')
    expect(await leaks()).toEqual([])
  })

  it('when the database is away', async () => {
    const { key } = await mint()
    const { rows: found } = await rows.query<{ name: string }>('SELECT current_database() AS name')
    const role = new URL(database.url()).username
    await rows.query(`ALTER ROLE "${role}" CONNECTION LIMIT 0`)
    await rows.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND usename = $2',
      [found[0]?.name, role],
    )
    try {
      for (const [method, path] of [
        ['GET', '/api/v1/practices'],
        ['GET', `/api/v1/practices/${practiceId}`],
        ['POST', '/api/v1/practices'],
      ] as const) {
        // prettier-ignore
        const answer = await call('a call while it is away', method, path, method === 'POST' ? { ...practice, notes: key } : undefined, key)
        expect(answer.json()).toMatchObject({ status: 503, code: 'unavailable' })
      }
    } finally {
      await rows.query(`ALTER ROLE "${role}" CONNECTION LIMIT -1`)
    }
    expect(server().output()).toContain('the database did not answer')
    expect(await leaks()).toEqual([])
  })
})

it('G1: the database keeps the SHA-256 of a token, its beginning and its last four characters', async () => {
  const { id, key } = await mint()
  const { rows: found } = await rows.query<Record<string, unknown>>(
    `SELECT "digest" = sha256($2::bytea) AS digest, "start", "last4" FROM "ApiKey" WHERE "id" = $1`,
    [id, Buffer.from(key)],
  )
  expect(found).toEqual([{ digest: true, start: key.slice(0, PREFIX.length + 4), last4: key.slice(-4) }])
})

it('G1: none turns up later, when uses have been written', async () => {
  await sleep(2_000)
  expect(await leaks()).toEqual([])
})

it('this search finds a token in each of the places it looks', async () => {
  const { key } = await mint()
  minted.push(key)
  const { rows: planted } = await rows.query<{ id: string }>(
    'UPDATE "Practice" SET "notes" = $2 WHERE "id" = $1 RETURNING "id"',
    [practiceId, `so: ${key.slice(10, 52)}`],
  )
  expect(planted).toHaveLength(1)
  seen.push({ what: 'a planted answer', answer: { status: 200, headers: {}, body: key, json: () => ({}) } })
  await rows.query('INSERT INTO "VerificationToken" VALUES ($1, $2, now())', ['x', key])
  await rows.query(`UPDATE "ApiKey" SET "metadata" = $2 WHERE "name" = 'minted' AND "start" = $1`, [
    key.slice(0, 12),
    JSON.stringify({ a: key }),
  ])
  const found = await leaks()
  for (const where of [
    'Practice.notes',
    'answer to a planted answer',
    'VerificationToken.token',
    'ApiKey.metadata',
  ])
    expect(found).toContainEqual(expect.stringContaining(where))
  // At its end every test's database is searched for keys.
  await rows.query(`DELETE FROM "VerificationToken"; UPDATE "ApiKey" SET "metadata" = '{}'`)
})
