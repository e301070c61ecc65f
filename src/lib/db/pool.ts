import type { Socket } from 'node:net'
import type { Client, Pool, PoolClient } from 'pg'
import { settings } from '../settings'
import { log } from '../log'
import { PatientPool } from './patient-pool'
import { DatabaseSession, type SessionConfig } from './session'

/**
 * The connections of this process: few, and nobody waits for one longer than DATABASE_TIMEOUT_MS while the
 * server says nothing. The server ends a slow statement, which keeps its connection whole; if the server
 * says nothing at all, we hang up.
 */
export function openPool(): Pool {
  const { url, poolSize, timeoutMs } = settings().db
  if (!url) throw new Error('DATABASE_URL is not set: start with `npm start`, which provides it')
  const session: SessionConfig = {
    connectionString: url,
    // A little shorter than our own patience, so that a living server can answer.
    statementTimeoutMs: Math.ceil(timeoutMs * 0.9),
    idleInTransactionMs: 10_000,
    application_name: 'clubkeys',
  }
  const pool = new PatientPool(lastHeardFrom, {
    ...session,
    // Its types allow no arguments, but it passes these on.
    Client: DatabaseSession as unknown as typeof Client,
    max: poolSize,
    connectionTimeoutMillis: timeoutMs,
  })
  // An idle connection that breaks is replaced at the next use; without a listener it would end the process.
  // The error holds the whole connection, statements included, so only its message is logged.
  pool.on('error', ({ message }) => log.warn({ reason: message }, 'an idle database connection broke'))
  pool.on('connect', (client) => {
    // A connection that breaks while it is in use fails its next statement; the pool listens only to idle
    // ones.
    client.on('error', () => {})
    hangUpOnSilence(client, timeoutMs)
    ;(client as unknown as Wire).connection.stream.on('data', () => (heard.at = performance.now()))
  })
  return pool
}

// On `globalThis`, because the framework loads middleware and handlers as separate module instances.
const heard = ((globalThis as { clubkeysHeard?: { at: number } }).clubkeysHeard ??= { at: -Infinity })

/**
 * When the database last said anything, by the monotonic clock. Its silence says nothing while nobody asks.
 */
export const lastHeardFrom = (): number => heard.at

/** Missing in pg's types. */
type Wire = { connection: { stream: Socket }; readyForQuery: boolean }

/**
 * The driver's own timeout gives up the statement and keeps the connection, which then answers the next
 * statement with what is left of the last one, or not at all.
 */
function hangUpOnSilence(client: PoolClient, patienceMs: number): void {
  const wire = client as unknown as Wire
  const { stream } = wire.connection
  const graceMs = patienceMs / 7
  stream.setTimeout(patienceMs - graceMs)
  stream.on('timeout', () => {
    if (wire.readyForQuery) return
    const read = stream.bytesRead
    // The last part of its patience is waited out: a statement sent at this very moment is in time; so is an
    // answer that lies here unread, because this process did not run.
    const look = () => {
      if (!wire.readyForQuery && stream.bytesRead === read) stream.destroy()
    }
    setTimeout(look, graceMs).unref()
  })
}
