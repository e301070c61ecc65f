import { realpathSync } from 'node:fs'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { OWNER_ROLE, type Cluster } from './cluster'
import { runningServer, startServer, stopServer, type Postmaster } from './server'

/** An open connection that holds the shared lock: as long as anybody has one, nobody stops the server. */
export type Lease = { client: Client; server: Postmaster; socket: Socket }

const LEASE_LOCK = '1129137228, 1'
const PATIENCE_MS = 120_000

/**
 * A lease on the cluster's server, which is started when none runs. `prepare` runs under the lease, and again
 * from the beginning if the server was just being stopped by somebody else.
 */
export async function takeLease(
  cluster: Cluster,
  password: string,
  prepare: (client: Client) => Promise<void>,
): Promise<Lease> {
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until;) {
    const server = runningServer(cluster)
    if (!server) {
      await startServer(cluster)
      continue
    }
    const lease = server.ready && (await leaseOn(cluster, server, password, prepare))
    if (lease) return lease
    await sleep(20)
  }
  throw new Error(
    `the embedded database gave no connection within ${PATIENCE_MS / 1000} s: see ${cluster.logFile}`,
  )
}

async function leaseOn(
  cluster: Cluster,
  server: Postmaster,
  password: string,
  prepare: (client: Client) => Promise<void>,
): Promise<Lease | null> {
  const { host, port } = server
  const client = new Client({
    host,
    port,
    user: OWNER_ROLE,
    password,
    database: 'postgres',
    ssl: false,
    application_name: 'clubkeys lease',
    keepAlive: true,
  })
  client.on('error', () => {}) // 'end' follows, and is what matters.
  try {
    await client.connect()
    await assertOurs(client, cluster)
    await client.query(`SELECT pg_advisory_lock_shared(${LEASE_LOCK})`)
    await prepare(client)
    return { client, server, socket: socketOf(client) }
  } catch (error) {
    await client.end().catch(() => {})
    if (isComingOrGoing(error)) return null
    throw explained(error, cluster)
  }
}

/** Missing in pg's types. */
function socketOf(client: Client): Socket {
  return (client as unknown as { connection: { stream: Socket } }).connection.stream
}

async function assertOurs(client: Client, cluster: Cluster): Promise<void> {
  const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory')
  const theirs = rows[0]?.data_directory ?? ''
  if (realpathSync(theirs) !== cluster.folder)
    throw new Error(`another database answers for ${cluster.folder}: ${theirs}`)
}

/** Starting up, shutting down, or just gone. */
function isComingOrGoing(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string }
  if (code) return ['57P01', '57P02', '57P03', 'ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE'].includes(code)
  return /Connection terminated|not queryable|connection is closed/i.test(message ?? '')
}

function explained(error: unknown, cluster: Cluster): unknown {
  if ((error as { code?: string }).code !== '28P01') return error
  return new Error(
    `the password in .data/secrets does not fit the database in ${cluster.folder}: they do not belong together`,
    {
      cause: error,
    },
  )
}

/**
 * Gives the lease back; the last process stops the server. Only a process that gets the lock exclusively may
 * stop it: a newcomer waits for the lock, loses its connection with the server, and begins again.
 */
export async function releaseLease(cluster: Cluster, { client }: Lease): Promise<void> {
  try {
    await client.query(`SELECT pg_advisory_unlock_shared(${LEASE_LOCK})`)
    const { rows } = await client.query<{ last: boolean }>(
      `SELECT pg_try_advisory_lock(${LEASE_LOCK}) AS last`,
    )
    if (rows[0]?.last) await stopServer(cluster)
  } finally {
    await client.end().catch(() => {})
  }
}
