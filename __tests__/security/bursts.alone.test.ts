import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { Client } from 'pg'
import { db } from '@/lib/db/client'
import { makeClub, makeKey, makeMember, useDatabase, type TestKey } from '../support/club'
import { signedIn } from '../support/in-process'
import { makeManyKeys } from '../support/many-keys'
import { useServer } from '../support/server'

const LIMIT = 20
const MANY = '1000000'
const database = useDatabase()
const server = useServer(database.url, {
  env: {
    RATE_LIMIT_PER_KEY: MANY,
    RATE_LIMIT_PER_CLUB: MANY,
    RATE_LIMIT_PER_SESSION: MANY,
    RATE_LIMIT_ENDINGS_PER_CREDENTIAL: MANY,
    RATE_LIMIT_FAILURES_PER_ADDRESS: MANY,
    DATABASE_TIMEOUT_MS: '900',
  },
})

const MANIFEST = path.resolve(__dirname, '../../.next/server/server-reference-manifest.json')
const BURST = path.resolve(__dirname, '../support/burst.mjs')
const LIST = '/api/v1/api-keys?limit=100&q=a'

type Headers = Record<string, string>
const bearer = ({ token }: Pick<TestKey, 'token'>): Headers => ({ Authorization: `Bearer ${token}` })
const lines = (headers: Headers) => Object.entries(headers)

/** A club with long lists; keys of its admin that others have got hold of, and what the admin ends. */
async function setup(leakedKeys: number) {
  const { id: clubId, slug } = await makeClub()
  const admin = await makeMember(clubId, ['CLUB_ADMIN', 'COACH'])
  await makeManyKeys(await makeMember(clubId, ['COACH']), 300, { name: 'a key of many' })
  const leaked: TestKey[] = []
  for (let i = 0; i < leakedKeys; i++) leaked.push(await makeKey(admin))
  const own = await makeKey(admin)
  const victim = await makeKey(admin)
  const { cookie } = await signedIn(admin)
  const host = `localhost:${server().port}`
  const person: Headers = { Cookie: cookie, 'X-Club': slug, Origin: `http://${host}`, Host: host }
  const mine = { own: bearer(own), person, slug }
  // A key that this process has seen waits by itself.
  for (const key of [...leaked, own])
    await server().send({ path: '/api/v1/whoami', headers: lines(bearer(key)) })
  // The framework loads the code of a path when it is first asked for, which takes longer than anything here.
  for (const way of Object.values(WAYS)) await way(await makeKey(admin), mine)
  return { admin, slug, leaked, own, victim, mine }
}

type Sent = { method?: string; path: string; headers: Headers }

/** Sends it all at once. @returns when the first answer is there, with what all come to in the end */
async function burst(count: number, request: (i: number) => Sent) {
  const child = spawn(process.execPath, [BURST], { stdio: ['pipe', 'pipe', 'inherit'] })
  let said = ''
  let begun = () => {}
  const first = new Promise<void>((resolve) => (begun = resolve))
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString()
    begun()
  })
  const ended = new Promise((resolve) => child.on('close', resolve))
  child.stdin.end(
    JSON.stringify({ port: server().port, requests: Array.from({ length: count }, (_, i) => request(i)) }),
  )
  await first
  return async () => {
    await ended
    return JSON.parse(said.slice('first\n'.length)) as { status: number; at: number }[]
  }
}

type Mine = { own: Headers; person: Headers; slug: string }
type Victim = Pick<TestKey, 'id'>

const revoke = async ({ id }: Victim, headers: Headers) => {
  const asked = { method: 'POST', path: `/api/v1/api-keys/${id}/revoke`, headers: lines(headers) }
  expect((await server().send(asked)).status).toBe(200)
}

const WAYS = {
  'another key': (victim: Victim, { own }: Mine) => revoke(victim, own),
  'another sign-in': (victim: Victim, { person }: Mine) => revoke(victim, person),
  'the dashboard': async ({ id }: Victim, { person, slug }: Mine) => {
    const { node } = JSON.parse(readFileSync(MANIFEST, 'utf8')) as {
      node: Record<string, { exportedName: string }>
    }
    const [action = ''] =
      Object.entries(node).find(([, { exportedName }]) => exportedName === 'revokeKey') ?? []
    const answer = await server().send({
      method: 'POST',
      path: `/clubs/${slug}/keys`,
      headers: lines({ ...person, 'Next-Action': action, 'Content-Type': 'text/plain;charset=UTF-8' }),
      body: JSON.stringify([slug, { id }]),
    })
    expect(answer.body).toContain('"ok":true')
  },
}

const statusesOf = (answers: { status: number }[]) => [...new Set(answers.map(({ status }) => status))].sort()

type Way = keyof typeof WAYS

/** Runs `act` while somebody holds what these statements lock. */
async function whileHeld<T>(statement: string, act: () => Promise<T>): Promise<T> {
  const holder = new Client(database.directUrl())
  await holder.connect()
  try {
    await holder.query('BEGIN')
    await holder.query(statement)
    return await act()
  } finally {
    await holder.end()
  }
}

describe('G13: a burst of calls that are slow', () => {
  // Each takes a connection for as long as a statement may take, and there are more of them than connections.
  const SLOW = 60
  it.each<[string, 'key' | 'session', Way]>([
    ['a leaked key', 'key', 'another key'],
    ['a leaked key', 'key', 'another sign-in'],
    ['a stolen cookie', 'session', 'another sign-in'],
    ['a stolen cookie', 'session', 'the dashboard'],
  ])(
    'with %s (%s) leaves a revocation by %s its way to the database',
    async (_, kind, way) => {
      const { admin, slug, leaked, victim, mine } = await setup(1)
      const { cookie } = await signedIn(admin)
      const headers = kind === 'key' ? bearer(leaked[0]!) : { Cookie: cookie, 'X-Club': slug }
      const answers = await whileHeld('LOCK TABLE "Practice" IN ACCESS EXCLUSIVE MODE', async () => {
        const answers = burst(SLOW, () => ({ path: '/api/v1/practices', headers }))
        await underWay()
        await WAYS[way](victim, mine)
        return answers
      })
      expect(statusesOf(await answers()).filter((status) => status !== 200)).toEqual([503])
    },
    60_000,
  )

  it('of endings leaves one by another credential its way', async () => {
    const { leaked, own, victim, mine } = await setup(1)
    const answers = await whileHeld(
      `SELECT 1 FROM "ApiKey" WHERE "id" = '${own.id}' FOR UPDATE`,
      async () => {
        const path = `/api/v1/api-keys/${own.id}`
        const answers = burst(SLOW, () => ({ method: 'DELETE', path, headers: bearer(leaked[0]!) }))
        await underWay()
        await WAYS['another sign-in'](victim, mine)
        return answers
      },
    )
    expect((await answers()).length).toBe(SLOW)
  }, 60_000)

  /** Until statements of the server wait for what is held. */
  async function underWay(): Promise<void> {
    for (;;) {
      const [row] = await db().$queryRaw<{ waiting: number }[]>`
        SELECT count(*)::int AS waiting FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
      if ((row?.waiting ?? 0) >= 2) return
    }
  }
})

describe('a burst of calls within the limits', () => {
  it('G10: passes as far as the limit goes, and no further', async () => {
    const { admin } = await setup(0)
    const key = await makeKey(admin, { rateLimit: { limit: LIMIT, windowSeconds: 3600 } })
    const answers = await burst(3 * LIMIT, () => ({ path: LIST, headers: bearer(key) }))
    const statuses = (await answers()).map(({ status }) => status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(LIMIT)
    expect(statuses.filter((status) => status === 429)).toHaveLength(2 * LIMIT)
  }, 60_000)

  it('is refused nothing, however many connections one key has', async () => {
    const { own } = await setup(0)
    const answers = await burst(400, () => ({ path: '/api/v1/whoami', headers: bearer(own) }))
    expect(statusesOf(await answers())).toEqual([200])
  }, 60_000)
})
