import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'
import { openPool } from '@/lib/db/pool'
import { isOutage } from '@/lib/db/outage'
import { useDatabase } from '../../support/club'
import { relayTo, type Relay } from '../../support/relay'

const TIMEOUT_MS = 400
process.env.DATABASE_TIMEOUT_MS = String(TIMEOUT_MS)

const database = useDatabase()
let relay: Relay
let pool: Pool
beforeAll(async () => {
  relay = await relayTo(database.url())
  process.env.DATABASE_URL = relay.url
  pool = openPool()
})
afterAll(async () => {
  await pool.end()
  await relay.close()
})

const backend = async () => (await pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid
const failure = (sql: string) => pool.query(sql).then(
  () => null,
  (error: unknown) => error,
) // prettier-ignore

describe('G7: the connections of a process', () => {
  it('stay whole when a statement is too slow: the server ends it', async () => {
    const client = await pool.connect()
    try {
      const slow = await client.query('SELECT pg_sleep(5)').catch((error: unknown) => error)
      expect(isOutage(slow)).toBe(true)
      expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
    } finally {
      client.release()
    }
  })

  it('are left when the server says nothing, and replaced when it is back', async () => {
    const before = await backend()
    relay.cut()
    const asked = Date.now()
    expect(isOutage(await failure('SELECT 1'))).toBe(true)
    expect(Date.now() - asked).toBeLessThan(1_000)
    relay.mend()
    expect(await backend()).not.toBe(before)
  })

  it('may end while it is in use, between two statements', async () => {
    const [held, other] = [await pool.connect(), await pool.connect()]
    const { rows } = await held.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    // Nobody hears of it: were that an event without a listener, it would end this process.
    const ended = new Promise((resolve) => held.once('end', resolve))
    await other.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid])
    await ended
    expect(isOutage(await held.query('SELECT 1').catch((error: unknown) => error))).toBe(true)
    held.release()
    other.release()
    expect(await backend()).not.toBe(rows[0]?.pid)
  })

  it('are not waited for either: a new one that does not come is an outage within the same time', async () => {
    relay.cut()
    const asked = Date.now()
    const failures = await Promise.all(Array.from({ length: 30 }, () => failure('SELECT 1')))
    expect(failures.filter((error) => !isOutage(error))).toEqual([])
    expect(Date.now() - asked).toBeLessThan(1_000)
    relay.mend()
  })

  it('are waited for while the database answers others: being busy is no outage', async () => {
    // None that is only about to be opened: until it is, nobody is answered.
    await Promise.all(Array.from({ length: pool.options.max }, () => failure('SELECT pg_sleep(0.05)')))
    const calls = Array.from({ length: 8 * pool.options.max }, () => failure('SELECT pg_sleep(0.1)'))
    expect((await Promise.all(calls)).filter(Boolean)).toEqual([])
  })

  it('are not waited for without end: what asks for more than can be done is refused', async () => {
    const asked = Date.now()
    const failures = await Promise.all(Array.from({ length: 200 }, () => failure('SELECT pg_sleep(0.25)')))
    expect(failures.some((error) => isOutage(error))).toBe(true)
    expect(failures.filter((error) => error && !isOutage(error))).toEqual([])
    expect(Date.now() - asked).toBeLessThan(4 * TIMEOUT_MS + 1_500)
  })

  it('are given up where whoever has them asks nothing', async () => {
    const held = await Promise.all(Array.from({ length: pool.options.max }, () => pool.connect()))
    try {
      const asked = Date.now()
      expect(isOutage(await failure('SELECT 1'))).toBe(true)
      expect(Date.now() - asked).toBeLessThan(1_000)
    } finally {
      for (const client of held) client.release()
    }
  })

  it('serve whoever asks at the very moment at which they have been idle for as long', async () => {
    const ask = async () => {
      for (let i = 0; i < 8; i++) {
        await pool.query('SELECT 1')
        await sleep(TIMEOUT_MS)
      }
    }
    await expect(Promise.all(Array.from({ length: 10 }, ask))).resolves.toHaveLength(10)
  })
})
