import { Client } from 'pg'

/** Long enough for a statement that waits for nothing, on a busy machine, in milliseconds. */
const HELD_UP_MS = 400

/** What another session of the database does meanwhile, at a moment of the test's choice. */
export function useRaces(database: { directUrl: () => string }) {
  let hand: Client
  let other: Client
  beforeEach(async () => {
    hand = new Client(database.directUrl())
    other = new Client(database.directUrl())
    for (const client of [hand, other]) await client.connect()
  })
  afterEach(async () => {
    await hand.end()
    await other.end()
  })

  /** Until a statement of the app's waits for a lock. */
  async function untilItWaits(): Promise<void> {
    const deadline = Date.now() + 5_000
    const waiting = `SELECT 1 FROM pg_locks l JOIN pg_database d ON d."oid" = l."database" OR l."database" IS NULL
      JOIN pg_stat_activity a ON a."pid" = l."pid" AND a."datname" = current_database()
      WHERE NOT l."granted" AND d."datname" = current_database()`
    while ((await other.query(waiting)).rowCount === 0) {
      if (Date.now() > deadline) throw new Error('nothing waits')
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }

  /** The outcome of an act that waits for a row which another session is changing at that moment. */
  async function whileChanging<T>(sql: string, values: unknown[], act: () => Promise<T>): Promise<T> {
    await hand.query('BEGIN')
    await hand.query(sql, values)
    const acting = act()
    acting.catch(() => undefined)
    await untilItWaits()
    await hand.query('COMMIT')
    return acting
  }

  /** Whether a statement of another session has to wait while an act is about to write its audit row. */
  async function holdsUp(act: () => Promise<unknown>, sql: string, values: unknown[]): Promise<boolean> {
    await hand.query('BEGIN')
    await hand.query('LOCK TABLE "AuditEvent" IN EXCLUSIVE MODE')
    const acting = act()
    acting.catch(() => undefined)
    try {
      await untilItWaits()
      await other.query('BEGIN')
      await other.query(`SET LOCAL lock_timeout = ${HELD_UP_MS}`)
      return await other.query(sql, values).then(
        () => false,
        (error: { code?: string }) => {
          if (error.code !== '55P03') throw error
          return true
        },
      )
    } finally {
      await other.query('ROLLBACK')
      await hand.query('ROLLBACK')
      await acting
    }
  }

  return { hand: () => hand, untilItWaits, whileChanging, holdsUp }
}
