import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { mintToken } from '@/lib/auth/token'
import { RULES } from '@/lib/db/rules'
import { makeClub, makeKey, makeMember, useDatabase, type Member, type TestKey } from '../support/club'
import { lowerFloor, migrateAsNewer, NEWER_RULES, restrictAsNewer } from '../support/newer-release'
import type { RawResponse } from '../support/raw-http'
import { relayTo } from '../support/relay'
import { startServer, type Server } from '../support/server'
import { browser, forgetAttempts, givePassword, signIn } from '../support/sign-in'

/**
 * G4, G5: a key can do no more than the newest rules allow, whichever process it is sent to. A release that
 * knows nothing of a restriction serves nobody from the moment in which the first one is written.
 */

jest.setTimeout(60_000)
const database = useDatabase()
const ROOT = path.resolve(__dirname, '../..')
const SENTENCE = `The database needs rules ${NEWER_RULES} since ApiKey.quota was first written, and this release enforces rules ${RULES}: run the newer release (docs/runbook.md, Upgrades).`

let member: Member
let slug: string
const servers: Server[] = []
const serve = async (env: Record<string, string> = {}) => {
  const server = await startServer({ databaseUrl: database.url(), env })
  servers.push(server)
  return server
}

beforeAll(async () => {
  const club = await makeClub()
  slug = club.slug
  member = await makeMember(club.id, ['CLUB_ADMIN', 'COACH'])
  await givePassword(member)
  await migrateAsNewer(database.directUrl())
})
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()))
  await lowerFloor(database.directUrl())
  await forgetAttempts()
})

const whoami = (server: Server, token: string) => server.call('GET', '/api/v1/whoami', token)

/** A key that a server has in memory. */
async function cachedKey(server: Server): Promise<TestKey> {
  const key = await makeKey(member)
  for (let i = 0; i < 3; i++) expect((await whoami(server, key.token)).status).toBe(200)
  return key
}

/** The first restriction of the newer release: of another key than those that are asked about. */
const restrict = async () => restrictAsNewer(database.url(), (await makeKey(member)).id)

/** Milliseconds from now until a server answers 503; whatever it says before must be what it said all along. */
async function stopsServing(call: () => Promise<RawResponse>): Promise<number> {
  const began = performance.now()
  for (;;) {
    const { status } = await call()
    if (status === 503) return performance.now() - began
    expect(status).toBe(200)
    if (performance.now() - began > 10_000) throw new Error('still serves after 10 s')
  }
}

function action(server: Server, cookie: string): Promise<RawResponse> {
  const manifest = path.join(ROOT, '.next/server/server-reference-manifest.json')
  const { node } = JSON.parse(readFileSync(manifest, 'utf8')) as {
    node: Record<string, { exportedName: string }>
  }
  const [id = ''] = Object.entries(node).find(([, { exportedName }]) => exportedName === 'createKey') ?? []
  const key = { name: 'made', scopes: ['practices:read'], expiresAt: { days: 1 } }
  return server.send({
    method: 'POST',
    path: `/clubs/${slug}/keys`,
    headers: [
      ['Next-Action', id],
      ['Host', `localhost:${server.port}`],
      ['Origin', `http://localhost:${server.port}`],
      ['Content-Type', 'text/plain;charset=UTF-8'],
      ['Cookie', cookie],
    ],
    body: JSON.stringify([slug, key]),
  })
}

describe('mixed releases: an older server beside a newer one', () => {
  it('serves on while nothing is restricted that it would ignore, and a second one starts', async () => {
    const [one, two] = [await serve(), await serve()]
    const key = await cachedKey(one)
    expect((await whoami(two, key.token)).status).toBe(200)
    for (const server of [one, two])
      expect((await server.send({ path: '/api/health/ready' })).json()).toMatchObject({
        status: 'ok',
        checks: { rules: 'ok', cache: 'ok' },
      })
  })

  it('serves nobody from the first such restriction on, and everybody again when the floor was lowered', async () => {
    const server = await serve()
    const key = await cachedKey(server)
    const cookie = await signIn(server, member)
    const ask = browser(server, cookie, slug)
    const page = () => server.send({ path: `/clubs/${slug}/keys`, headers: [['Cookie', cookie]] })
    expect([(await ask({ path: '/api/v1/whoami' })).status, (await page()).status]).toEqual([200, 200])
    expect((await action(server, cookie)).body).toContain('"ok":true')

    await restrict()
    // Within milliseconds, on a machine that does nothing else.
    expect(await stopsServing(() => whoami(server, key.token))).toBeLessThan(1_000)

    const wrong = `${key.token.slice(0, -1)}${key.token.endsWith('0') ? '1' : '0'}`
    const answers: Record<string, RawResponse> = {
      'a good key': await whoami(server, key.token),
      'an unknown key': await whoami(server, mintToken().secret.reveal()),
      'a malformed key': await whoami(server, wrong),
      'no credential': await server.call('GET', '/api/v1/whoami'),
      'a session': await ask({ path: '/api/v1/whoami' }),
      'a change by session': await ask({
        method: 'POST',
        path: '/api/v1/api-keys',
        body: { name: 'x', scopes: [] },
      }),
      'a page': await page(),
      'a server action': await action(server, cookie),
      'a sign-in': await trySignInAnyway(server),
      'the sign-in page': await server.send({ path: '/sign-in' }),
      'the API description': await server.send({ path: '/api/openapi.json' }),
    }
    for (const [what, { status, headers, body }] of Object.entries(answers)) {
      expect([what, status, headers['retry-after']]).toEqual([what, 503, '5'])
      expect([what, body]).toEqual([what, expect.stringContaining('"code":"unavailable"')])
    }
    expect((await server.send({ path: '/api/health/live' })).status).toBe(200)
    const ready = await server.send({ path: '/api/health/ready' })
    expect([ready.status, ready.json()]).toMatchObject([
      503,
      {
        status: 'unavailable',
        reason: SENTENCE.replace(' since ApiKey.quota was first written', ''),
        checks: { database: 'ok', migrations: 'ok', keys: 'ok', rules: 'outrun' },
      },
    ])
    expect(server.output().match(/this process serves nobody/g)).toHaveLength(1)

    await lowerFloor(database.directUrl())
    await sleep(1_500)
    expect((await whoami(server, key.token)).status).toBe(200)
    expect((await ask({ path: '/api/v1/whoami' })).status).toBe(200)
    expect((await server.send({ path: '/api/health/ready' })).status).toBe(200)
  })

  it('G5: stops within 5 s where the channel fell silent without closing, for keys and for sessions', async () => {
    const relay = await relayTo(database.directUrl())
    try {
      const server = await serve({ DATABASE_DIRECT_URL: relay.url })
      await sleep(1_000)
      const key = await cachedKey(server)
      const ask = browser(server, await signIn(server, member), slug)
      relay.cut()
      await restrict()
      const times = await Promise.all([
        stopsServing(() => whoami(server, key.token)),
        stopsServing(() => ask({ path: '/api/v1/whoami' })),
      ])
      expect(Math.max(...times)).toBeLessThan(5_000)
    } finally {
      await relay.close()
    }
  })

  it('stops at once for keys, and within 5 s for sessions, where nothing is kept in memory and no heartbeat sent', async () => {
    const server = await serve({ API_KEY_CACHE_SIZE: '0' })
    const [key, unknown] = [await makeKey(member), mintToken().secret.reveal()]
    const cookie = await signIn(server, member)
    const ask = browser(server, cookie, slug)
    expect((await ask({ path: '/api/v1/whoami' })).status).toBe(200)
    await restrict()
    expect(await stopsServing(() => ask({ path: '/api/v1/whoami' }))).toBeLessThan(5_000)
    await lowerFloor(database.directUrl())
    await stopsBeingOutrun(server, key)
    await restrict()
    expect((await whoami(server, unknown)).status).toBe(503)
    expect((await whoami(server, key.token)).status).toBe(503)
    expect((await server.send({ path: '/sign-in' })).status).toBe(503)
  })

  it('is refused as it starts, within 5 s and in one sentence, and so is its command line', async () => {
    await restrict()
    const began = performance.now()
    const refusal = await serve().then(
      () => 'it starts',
      (error: Error) => error.message,
    )
    expect(performance.now() - began).toBeLessThan(5_000)
    // Nothing else of ours: what the framework says of its start begins with a sign.
    expect(
      refusal
        .split('\n')
        .filter((line) => /^["{\w]/.test(line))
        .slice(1),
    ).toEqual([SENTENCE])
    const args = [
      'create',
      '--club',
      slug,
      '--user',
      member.email,
      '--name',
      'made',
      '--scope',
      'practices:read',
    ]
    expect(await keys(...args)).toEqual({ code: 1, stdout: '', stderr: `${SENTENCE}\n` })
  })
})

/** Next-auth's csrf token is not to be had either. */
const trySignInAnyway = (server: Server) =>
  server.send({
    method: 'POST',
    path: '/api/auth/callback/password',
    headers: [['Content-Type', 'application/x-www-form-urlencoded']],
    body: 'email=a%40example.test&password=x&json=true',
  })

async function stopsBeingOutrun(server: Server, { token }: TestKey): Promise<void> {
  const began = performance.now()
  while ((await whoami(server, token)).status !== 200)
    if (performance.now() - began > 10_000) throw new Error('does not serve again')
    else await sleep(100)
}

/** `npm run -s keys -- ...`, past npm. */
function keys(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { ...process.env, DATABASE_URL: database.url(), DATABASE_DIRECT_URL: database.directUrl() }
  const script = path.join(ROOT, 'scripts/keys.ts')
  return new Promise((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', script, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr })
    })
  })
}
