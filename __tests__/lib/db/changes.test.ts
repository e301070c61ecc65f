import { setTimeout as sleep } from 'node:timers/promises'
import { Client, type PoolClient } from 'pg'
import { VerifiedKeys } from '@/lib/auth/verified-keys'
import { closeSpare, sendBeat } from '@/lib/db/beat'
import { listenToChanges } from '@/lib/db/changes'
import { closeDb, pool } from '@/lib/db/client'
import { migrate } from '@/lib/db/migrate'
import { startPostgres, type Postgres } from '../../../chaos/stage/postgres'
import { ask } from '../../support/embedded'
import { startPgBouncer, type PgBouncer } from '../../support/pgbouncer'
import { createTestDatabase, type TestDatabase } from '../../support/postgres'
import { relayTo, type Relay } from '../../support/relay'
import { startStandby } from '../../support/standby'

// Each test decides what is between a process and its database. Heartbeats go through `relay`, like all
// statements of the process, and the listener goes through what the test names.

let database: TestDatabase
let relay: Relay
beforeAll(async () => {
  database = await createTestDatabase()
  relay = await relayTo(database.url)
  process.env.DATABASE_URL = relay.url
})
afterAll(async () => {
  await closeDb()
  await relay.close()
  await database.drop()
})

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
  await closeSpare()
  await closeDb()
  relay.leadTo(database.url)
})

/** Listens through `url`. */
function follow(url: string) {
  const keys = new VerifiedKeys(10)
  const heard: string[] = []
  const stop = listenToChanges(url, sendBeat, {
    changed: (ids) => heard.push(...ids),
    added: () => {},
    changedAll: () => keys.forgetAll(),
    posted: () => {},
    proven: (sent) => keys.prove(sent),
    lost: () => keys.distrust(),
  })
  ends.push(stop)
  return { keys, heard }
}

/** By when a server was started it is known from another. */
async function startOf(client: PoolClient): Promise<string> {
  const { rows } = await client.query<{ at: string }>('SELECT pg_postmaster_start_time()::text AS at')
  return rows[0]!.at
}

/** Its own status, watched for so long. */
async function trustDuring(keys: VerifiedKeys, ms: number): Promise<{ trusted: number; not: number }> {
  const seen = { trusted: 0, not: 0 }
  for (const until = performance.now() + ms; performance.now() < until; await sleep(5))
    seen[keys.trusted ? 'trusted' : 'not']++
  return seen
}

async function untilTrusted(keys: VerifiedKeys, expected = true, patienceMs = 8_000): Promise<number> {
  const from = performance.now()
  while (keys.trusted !== expected) {
    if (performance.now() - from > patienceMs) throw new Error(`still ${expected ? 'not ' : ''}trusted`)
    await sleep(5)
  }
  return performance.now() - from
}

async function bouncer(settings: Record<string, string>): Promise<PgBouncer> {
  const made = await startPgBouncer([database.url, database.directUrl], {
    ignore_startup_parameters: 'statement_timeout, idle_in_transaction_session_timeout, extra_float_digits',
    ...settings,
  })
  ends.push(made.stop)
  return made
}

/** As other requests would, meanwhile and on the same connections. */
function keepBusy(): void {
  let going = true
  const work = async () => {
    while (going)
      await pool()
        .query('SELECT pg_sleep(0.002)')
        .catch(() => sleep(5))
  }
  const working = Promise.all([work(), work(), work()])
  ends.push(() => {
    going = false
    return working
  })
}

const tell = (id: string) => ask(database.directUrl, `SELECT pg_notify('clubkeys_changes', $1)`, [id])

describe('G5: the proof that a process hears of changes', () => {
  it('is given where heartbeats come back from the server that verifies keys', async () => {
    const { keys, heard } = follow(database.directUrl)
    await untilTrusted(keys)
    await tell('a')
    expect(await trustDuring(keys, 1_000)).toMatchObject({ not: 0 })
    expect(heard).toEqual(['a'])
  })

  it.each([{ default_pool_size: '1' }, { default_pool_size: '3' }, { server_reset_query_always: '1' }])(
    'is never given through a transaction pooler, which lends the listening connection to others: %j',
    async (settings) => {
      const pooler = await bouncer({ pool_mode: 'transaction', ...settings })
      relay.leadTo(pooler.through(database.url))
      const { keys } = follow(pooler.through(database.url))
      keepBusy()
      expect(await trustDuring(keys, 2_500)).toMatchObject({ trusted: 0 })
    },
  )

  it('takes its LISTEN away again from the connections of such a pooler', async () => {
    const pooler = await bouncer({ pool_mode: 'transaction', default_pool_size: '1' })
    relay.leadTo(pooler.through(database.url))
    follow(pooler.through(database.url))
    await sleep(1_000)
    const { rows } = await pool().query('SELECT pg_listening_channels()')
    expect(rows).toEqual([])
  })

  it('is given past a transaction pooler that everything else goes through', async () => {
    const pooler = await bouncer({ pool_mode: 'transaction' })
    relay.leadTo(pooler.through(database.url))
    const { keys } = follow(database.url)
    keepBusy()
    await untilTrusted(keys)
    expect(await trustDuring(keys, 2_000)).toMatchObject({ not: 0 })
  })

  it.each([{ server_lifetime: '1' }, { server_idle_timeout: '1' }, { server_reset_query: '' }])(
    'is given through a session pooler: %j',
    async (settings) => {
      const pooler = await bouncer({ pool_mode: 'session', ...settings })
      relay.leadTo(pooler.through(database.url))
      // Somebody's LISTEN may be left on a connection that was not reset.
      const before = new Client({ connectionString: pooler.through(database.url) })
      await before.connect()
      await before.query('LISTEN clubkeys_changes')
      await before.end()
      const { keys, heard } = follow(pooler.through(database.url))
      await untilTrusted(keys)
      expect(await trustDuring(keys, 2_500)).toMatchObject({ not: 0 })
      await tell('a')
      await sleep(100)
      expect(heard).toEqual(['a'])
    },
  )

  it('is not given from another database of the same server', async () => {
    const other = await createTestDatabase()
    ends.push(() => other.drop())
    const { keys } = follow(other.directUrl)
    expect(await trustDuring(keys, 1_500)).toMatchObject({ trusted: 0 })
  })

  it('is not given from a hot standby', async () => {
    const standby = await startStandby()
    ends.push(standby.stop)
    const { keys } = follow(standby.directUrl)
    expect(await trustDuring(keys, 1_000)).toMatchObject({ trusted: 0 })
  })

  it('holds although the server ends sessions that say nothing', async () => {
    await ask(
      database.directUrl,
      `ALTER ROLE ${new URL(database.directUrl).username} SET idle_session_timeout = '700ms'`,
    )
    ends.push(() => ask(database.directUrl, `ALTER ROLE ${new URL(database.directUrl).username} RESET ALL`))
    const { keys } = follow(database.directUrl)
    await untilTrusted(keys)
    await sleep(200)
    expect(await trustDuring(keys, 2_000)).toMatchObject({ not: 0 })
  })

  it('holds while every connection of the pool is taken', async () => {
    const { keys } = follow(database.directUrl)
    await untilTrusted(keys)
    const taken = await Promise.all(Array.from({ length: pool().options.max }, () => pool().connect()))
    ends.push(() => taken.forEach((client) => client.release()))
    expect(await trustDuring(keys, 3_300)).toMatchObject({ not: 0 })
  })
})

describe('G5: after a failover that the listener did not notice', () => {
  let promoted: Postgres
  beforeAll(async () => {
    promoted = await startPostgres()
    const { pathname, password, username } = new URL(database.url)
    await ask(promoted.directUrl, `CREATE DATABASE ${pathname.slice(1)}`)
    await ask(promoted.directUrl, `ALTER ROLE ${username} PASSWORD '${password}'`)
    // What takes over has all that the old server had.
    const copy = new URL(promoted.directUrl)
    copy.pathname = pathname
    await migrate(copy.href, { appUser: username })
  }, 60_000)
  afterAll(() => promoted.remove())

  it('memory is used for 3 s at most', async () => {
    const { keys } = follow(database.directUrl)
    await untilTrusted(keys)
    relay.leadTo(promoted.url)
    relay.drop()
    expect(await untilTrusted(keys, false)).toBeLessThan(3_500)
    expect(await trustDuring(keys, 1_500)).toMatchObject({ trusted: 0 })
    relay.leadTo(database.url)
    relay.drop()
    await untilTrusted(keys)
  })

  it('nor longer where only some of the pool’s connections lead to the new server', async () => {
    const { keys } = follow(database.directUrl)
    await untilTrusted(keys)
    const old = [await pool().connect()]
    relay.leadTo(promoted.url)
    ends.push(() => relay.drop())
    let fresh = await pool().connect()
    // A heartbeat may have had an old one at that moment, and given it back since.
    for (; (await startOf(fresh)) === (await startOf(old[0]!)); fresh = await pool().connect())
      old.push(fresh)
    // The one that was given back last is at hand for the next heartbeat.
    fresh.release()
    await sleep(600)
    for (const client of old) client.release()
    await untilTrusted(keys, false, 1_500)
  })
})
