import { setTimeout as sleep } from 'node:timers/promises'
import { makeClub, makeKey, makeMember, useDatabase, type Member, type TestKey } from '../support/club'
import { bearer } from '../support/forgery'
import { useHostApp } from '../support/other-app'
import type { Server } from '../support/server'

// What apps really do: headers set on the wrong object, credentials in odd spellings, an environment of their
// own, session ports written in a hurry.

const database = useDatabase()
let admin: Member
let slug: string
let key: TestKey
const users: Record<string, string> = {}
beforeAll(async () => {
  const club = await makeClub()
  slug = club.slug
  admin = await makeMember(club.id, ['CLUB_ADMIN', 'COACH'])
  users.cuid_of_the_admin = admin.userId
  key = await makeKey(admin, { scopes: ['practices:read'] })
})

const REALISTIC = {
  NODE_ENV: 'staging',
  NEXTAUTH_URL: 'shop.example', // next-auth 4 takes it so.
  LOG_LEVEL: 'verbose',
  HOST: 'https://shop.example',
  KEEP_ALIVE_TIMEOUT: '0',
  LAME_DUCK_SECONDS: 'soon',
  DIRECT_URL: 'mysql://elsewhere',
  AUTH_SECRET: 'short',
  NEXTAUTH_SECRET: 'short',
  NEXTAUTH_SECRET_PREVIOUS: 'short',
  GOOGLE_CLIENT_ID: 'alone',
  OIDC_ISSUER: 'shop',
  SMTP_URL: 'smtp.example:587',
  get HOST_USERS() {
    return JSON.stringify(users)
  },
  get DATABASE_URL() {
    const url = database.url()
    return `${url}${url.includes('?') ? '&' : '?'}pgbouncer=true&connection_limit=1&schema=public`
  },
}
const host = useHostApp(database.url, REALISTIC)
const passing = useHostApp(database.url, { HOST_OTHERS: 'pass' })
const custom = useHostApp(database.url, {}, { custom: true })
const notStarted = useHostApp(database.url, { HOST_START: 'no' })

type Headers = [string, string][]
const get = (on: Server, path: string, headers: Headers = []) => on.send({ path: `/shop${path}`, headers })

describe('an environment as apps have it', () => {
  it('keys work', async () => {
    expect((await get(host(), '/api/v1/whoami/', bearer(key.token))).status).toBe(200)
    expect(host().output()).not.toContain('API keys do not work here')
  })
})

describe('the identity is what the door wrote, and nothing else', () => {
  const forged: [string, string] = ['x-api-key-club-id', 'forged']
  const seen = async (on: Server, path: string, headers: Headers) => {
    const { received } = (await get(on, path, headers)).json() as { received: Record<string, string> }
    return received['x-api-key-club-id']
  }
  const servers = [
    ['started', () => host()],
    ['not started', () => notStarted()],
    ['on a server of the app’s own', () => custom()],
  ] as const

  it.each(servers)('where the own part writes on the request that it was given: %s', async (_, on) => {
    const headers: Headers = [['x-test-mode', 'mutating']]
    expect(await seen(on(), '/untold/echo/', headers)).toBeUndefined()
    expect(await seen(on(), '/api/v1/echo/', [...headers, ...bearer(key.token)])).toBe(admin.clubId)
  })

  it.each(servers)('where the door is called by hand and its answer thrown away: %s', async (_, on) => {
    const headers: Headers = [['x-test-around', '1'], ['x-test-mode', 'header'], forged]
    expect(await seen(on(), '/untold/echo/', headers)).toBeUndefined()
    expect(await seen(on(), '/api/v1/echo/', [...headers, ...bearer(key.token)])).toBe(admin.clubId)
  })
})

describe('where others pass', () => {
  const bad = 'sk_club_madeup'
  const BEARER = [bad, `Bearer: ${bad}`, `Bearer\xa0${bad}`, `Bearer Bearer ${bad}`, `Bearer "${bad}"`]
  it.each([
    ...[...BEARER, `Bearer x, Bearer ${bad}`, `bearer,${bad}`].map((value) => ['Authorization', value]),
    ...[`"${bad}"`, `Bearer ${bad}`, `x, ${bad}`, `x\r\nX-API-Key: ${bad}`].map((value) => [
      'X-API-Key',
      value,
    ]),
  ] as Headers)('a key in an odd spelling does not: %s: %s', async (...header) => {
    const { status, body } = await get(passing(), '/api/v1/trusting/', [header])
    expect([400, 401]).toContain(status)
    expect(body).not.toContain('reached')
  })

  it.each([
    ['Authorization', 'Bearer eyJh.sk_x.sk_y'],
    ['Authorization', 'Bearer task_sk_9'],
    ['Authorization', 'Token sk_of_somebody_else'],
    ['X-API-Key', 'ask_me'],
  ] as Headers)('what only looks a little like one does: %s: %s', async (...header) => {
    expect((await get(passing(), '/api/v1/trusting/', [header])).status).toBe(200)
  })
})

describe('what a session port answers in a hurry', () => {
  const json = ['content-type', 'application/json'] as [string, string]
  const as = (odd: string): Headers => [
    ['x-test-session', odd],
    ['cookie', 'its=own'],
    ['x-club', slug],
    ['origin', 'https://shop.example'],
  ]
  const create = (odd: string) =>
    host().send({
      method: 'POST',
      path: '/shop/api/v1/api-keys/',
      headers: [...as(odd), json],
      body: JSON.stringify({ name: `By ${odd}`, scopes: ['practices:read'] }),
    })

  it.each(['no date', 'invalid date', 'date to come', 'date in seconds'])(
    '%s: it reads, and is asked to sign in again for a key',
    async (odd) => {
      expect((await get(host(), '/api/v1/whoami/', as(odd))).status).toBe(200)
      const { status, body } = await create(odd)
      expect([status, (JSON.parse(body) as { code: string }).code]).toEqual([
        403,
        'reauthentication_required',
      ])
    },
  )

  it.each(['date as text', 'date as number', 'empty id', 'id as number'])(
    '%s: the person whom it means',
    async (odd) => {
      const { status, body } = await create(odd)
      expect([status, body]).toEqual([201, expect.stringContaining(admin.userId)])
    },
  )

  it('an empty sign-in id counts as none: not everybody’s calls under one', async () => {
    const left = async (odd: string) =>
      Number(
        /"session";r=(\d+)/.exec((await get(host(), '/api/v1/whoami/', as(odd))).headers['ratelimit']!)![1],
      )
    const before = await left('date as number')
    expect(await left('empty id')).toBe(before - 1)
  })

  it.each([
    ['throwing', 503],
    ['silent', 503],
    ['silent about whether it stands', 503],
    ['throwing when asked whether it stands', 503],
    ['no session that stands', 404],
    ['undefined', 401],
    ['no user', 404],
    ['user as number', 404],
    ['empty user', 404],
    ['user as an object', 404],
    // An id is compared letter by letter: in an app that tells capitals apart it is another person's.
    ['capitals', 404],
  ])('%s: %i within seconds, and nothing of the reason', async (odd, status) => {
    const answer = await create(odd)
    expect(answer.status).toBe(status)
    expect(answer.headers['retry-after']).toBe(status === 503 ? '5' : undefined)
    expect(answer.body).not.toContain('session store')
  })

  it('what keeps the app from saying who is signed in is said, once a second at most', async () => {
    const said = () => host().output().split('did not say who is signed in').length - 1
    const before = said()
    await Promise.all(Array.from({ length: 40 }, () => get(host(), '/api/v1/whoami/', as('throwing'))))
    await sleep(1_500)
    expect(said() - before).toBeGreaterThan(0)
    expect(said() - before).toBeLessThan(6)
    expect(host().output()).toContain('the session store is away')
  })

  it.each(['', '../x', 'x'.repeat(5000), 'CLUB', '\xff', 'a, b'])('no club %j: 404', async (club) => {
    const headers = as('date as text').map(([name, value]) => [name, name === 'x-club' ? club : value])
    expect((await get(host(), '/api/v1/whoami/', headers as Headers)).status).toBe(404)
  })

  it.each([undefined, '', 'null', 'https://shop.example.evil', 'https://shop.example/'])(
    'nothing changes from %j',
    async (origin) => {
      const headers = as('date as text').filter(([name]) => name !== 'origin')
      if (origin !== undefined) headers.push(['origin', origin])
      const request = { method: 'POST', path: '/shop/api/v1/api-keys/', headers: [...headers, json] }
      const { status, body } = await host().send({
        ...request,
        body: '{"name":"n","scopes":["practices:read"]}',
      })
      expect([status, (JSON.parse(body) as { code: string }).code]).toEqual([403, 'forbidden'])
    },
  )
})
