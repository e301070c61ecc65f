import type { Pool, PoolClient } from 'pg'
import type { Sent } from './changes'
import { pool } from './client'
import { floor, NEEDED_RULES, thisMoment } from './floor'
import { openPool } from './pool'

const shared = globalThis as typeof globalThis & { clubkeysSpare?: Pool | undefined }

/**
 * Sends a heartbeat on one of the connections that verify keys: if it is heard, the listener is connected to
 * the same server. If all of them are busy, it uses a connection of its own: a flood of lookups must not
 * silence it, since then every key would need a lookup. Its answer holds the floor of rules.
 */
export async function sendBeat(channel: string, payload: string): Promise<Sent> {
  const client = await (hasRoom(pool()) ? pool() : spare()).connect()
  try {
    const asked = thisMoment()
    const { rows } = await client.query<Sent & { needed: number }>(
      `SELECT pg_notify($1, $2), $1 IN (SELECT pg_listening_channels()) AS shared, ${NEEDED_RULES} AS needed`,
      [channel, payload],
    )
    const sent = { shared: rows[0]?.shared ?? false }
    if (rows[0]) floor().note(rows[0].needed, asked)
    if (sent.shared) await hush(client, channel)
    client.release()
    return sent
  } catch (error) {
    client.release(error as Error)
    throw error
  }
}

/** Closes the connection that was opened when all others were busy. */
export async function closeSpare(): Promise<void> {
  const { clubkeysSpare: opened } = shared
  shared.clubkeysSpare = undefined
  await opened?.end()
}

const hasRoom = ({ waitingCount, idleCount, totalCount, options: { max } }: Pool): boolean =>
  waitingCount === 0 && (idleCount > 0 || totalCount < max)

const spare = (): Pool => (shared.clubkeysSpare ??= openPool())

/** A LISTEN that stays on a pooler's connection disturbs the next client that gets it. */
const hush = (client: PoolClient, channel: string) =>
  client.query(`UNLISTEN ${client.escapeIdentifier(channel)}`)
