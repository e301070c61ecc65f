import { setTimeout as sleep } from 'node:timers/promises'
import { revokeApiKey, validateApiKey } from '@/lib/auth/api-key'
import { followChanges } from '@/lib/auth/follow-changes'
import { verifiedKeys } from '@/lib/auth/verified-keys'
import { makeClub, makeKey, makeMember, useDatabase, type Member, type TestKey } from '../support/club'
import { relayTo } from '../support/relay'
import { startServer, type Server } from '../support/server'

const database = useDatabase()

/** Races at a time: no more than the pool has connections, or some would wait for one instead of racing. */
const AT_ONCE = 5

let owner: Member
const servers: Server[] = []
const serve = async (env: Record<string, string> = {}) => {
  const server = await startServer({ databaseUrl: database.url(), env })
  servers.push(server)
  return server
}

beforeAll(async () => {
  owner = await makeMember((await makeClub()).id, ['COACH'])
})
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()))
})

const status = async (server: Server, token: string) =>
  (await server.call('GET', '/api/v1/whoami', token)).status

/** A key that these servers have in memory. */
async function cachedKey(...where: Server[]): Promise<TestKey> {
  const key = await makeKey(owner)
  for (const server of where) for (let i = 0; i < 3; i++) expect(await status(server, key.token)).toBe(200)
  return key
}

/** Milliseconds from now until a server refuses the key. */
async function refusedAfter(server: Server, token: string, started: number): Promise<number> {
  while ((await status(server, token)) !== 401)
    if (Date.now() - started > 10_000) throw new Error('still accepted after 10 s')
  return Date.now() - started
}

describe('G5: a revoked key', () => {
  it('is refused by two other processes within milliseconds of the commit, 50 times over', async () => {
    const both = [await serve(), await serve()]
    const times: number[] = []
    for (let i = 0; i < 50; i++) {
      const key = await cachedKey(...both)
      await revokeApiKey(key.actor, { id: key.id })
      const committed = Date.now()
      times.push(...(await Promise.all(both.map((server) => refusedAfter(server, key.token, committed)))))
    }
    times.sort((a, b) => a - b)
    // The bound itself (p99 at most 50 ms) is the benchmark's, on a machine that does nothing else; here the
    // median must keep it.
    expect(times[50]).toBeLessThanOrEqual(50)
    expect(times.at(-1)).toBeLessThan(3_000)
  }, 120_000)

  it('is refused by the first request of a process that was stopped (SIGSTOP) for 10 s meanwhile', async () => {
    const server = await serve()
    const key = await cachedKey(server)
    server.process.kill('SIGSTOP')
    try {
      await revokeApiKey(key.actor, { id: key.id })
      await sleep(10_000)
    } finally {
      server.process.kill('SIGCONT')
    }
    expect(await status(server, key.token)).toBe(401)
  }, 60_000)

  it('is refused within 5 s where the channel fell silent without closing, and the cache comes back with the channel', async () => {
    const relay = await relayTo(database.directUrl())
    try {
      const server = await serve({ DATABASE_DIRECT_URL: relay.url })
      await sleep(1_000)
      const key = await cachedKey(server)
      relay.cut()
      await revokeApiKey(key.actor, { id: key.id })
      expect(await refusedAfter(server, key.token, Date.now())).toBeLessThan(5_000)
      relay.mend()
      await sleep(6_000)
      expect(server.output()).toContain('the change channel is back')
    } finally {
      await relay.close()
    }
  }, 60_000)

  it('is never accepted again, though a lookup raced with its revocation, a thousand times over', async () => {
    followChanges()
    while (!verifiedKeys().trusted) await sleep(10)
    let accepted = 0
    for (let i = 0; i < 1_000; i += AT_ONCE) {
      const keys = await Promise.all(Array.from({ length: AT_ONCE }, () => makeFleeting()))
      await Promise.all(
        keys.map(async ({ token, actor, id }) => {
          const validate = async () => validateApiKey(token)
          const before = validate()
          const revoking = revokeApiKey(actor, { id })
          const during = validate()
          await revoking
          if ((await validateApiKey(token)).ok) accepted++
          await Promise.all([before, during])
          if ((await validateApiKey(token)).ok) accepted++
        }),
      )
    }
    expect(accepted).toBe(0)
  }, 120_000)
})

/** Of a member of its own each time: a member holds at most 100. */
async function makeFleeting(): Promise<TestKey> {
  const member = await makeMember(owner.clubId, ['COACH'])
  return makeKey(member)
}

it('a process without a channel asks the database for every request, and says so once', async () => {
  const relay = await relayTo(database.directUrl())
  relay.cut()
  try {
    const server = await serve({ DATABASE_DIRECT_URL: relay.url })
    const key = await cachedKey(server)
    await revokeApiKey(key.actor, { id: key.id })
    expect(await status(server, key.token)).toBe(401)
    await sleep(8_000)
    expect(server.output().match(/the change channel is down/g)).toHaveLength(1)
  } finally {
    await relay.close()
  }
}, 60_000)
