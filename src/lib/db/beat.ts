import type { Pool, PoolClient } from 'pg'
import type { Sent } from './changes'
import { pool } from './client'
import { openPool } from './pool'

const shared = globalThis as typeof globalThis & { clubkeysSpare?: Pool | undefined }

/**
 * Sends a heartbeat on one of the connections that verify keys: what is heard of it proves that the listener
 * hears the very server that they ask. Where all of them are busy it goes on a connection of its own: no flood
 * of lookups may silence it, since each key would then need a lookup, too.
 */
export async function sendBeat(channel: string, payload: string): Promise<Sent> {
  const client = await (hasRoom(pool()) ? pool() : spare()).connect()
  try {
    const { rows } = await client.query<Sent>(
      'SELECT pg_notify($1, $2), $1 IN (SELECT pg_listening_channels()) AS shared',
      [channel, payload],
    )
    const sent = { shared: rows[0]?.shared ?? false }
    if (sent.shared) await hush(client, channel)
    client.release()
    return sent
  } catch (error) {
    client.release(error as Error)
    throw error
  }
}

/** Ends the connection that was opened for want of room. */
export async function closeSpare(): Promise<void> {
  const { clubkeysSpare: opened } = shared
  shared.clubkeysSpare = undefined
  await opened?.end()
}

const hasRoom = ({ waitingCount, idleCount, totalCount, options: { max } }: Pool): boolean =>
  waitingCount === 0 && (idleCount > 0 || totalCount < max)

const spare = (): Pool => (shared.clubkeysSpare ??= openPool())

/** What a listener left behind on a connection that a pooler hands round is in everybody's way. */
const hush = (client: PoolClient, channel: string) =>
  client.query(`UNLISTEN ${client.escapeIdentifier(channel)}`)
