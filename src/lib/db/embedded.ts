import { chmodSync, mkdirSync, realpathSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from 'pg'
import { runningAsRoot } from './embedded/account'
import { openCluster, OWNER_ROLE } from './embedded/cluster'
import { releaseLease, takeLease, type Lease } from './embedded/lease'
import { boundLogFile } from './embedded/log-file'
import { keepSecret } from './embedded/secrets'
import type { Postmaster } from './embedded/server'

export type EmbeddedPostgres = {
  /** The app's login role: it owns nothing and is no superuser. `migrate` gives it its rights. */
  url: string
  /** The owner of the tables, a superuser of this cluster: migrations and LISTEN. */
  directUrl: string
  /** Gives up this process's share; the last one out stops the server. */
  stop: () => Promise<void>
}

export const APP_ROLE = 'clubkeys_web'
const DATABASE = 'clubkeys'
const PREPARE_LOCK = '1129137228, 2'
const LONGEST_BACKOFF_MS = 5_000

/**
 * A Postgres of our own in `dataDir`, shared by every process that asks for it and started by the first one.
 * If it dies unexpectedly, it is started again.
 *
 * @param options.log receives one line when that happens
 * @throws Error with a sentence for the operator
 */
export async function startEmbedded(
  dataDir: string,
  options: { log?: (line: string) => void } = {},
): Promise<EmbeddedPostgres> {
  const log = options.log ?? (() => {})
  const folder = openDataDir(dataDir)
  const secrets = path.join(folder, 'secrets')
  const passwords = { owner: keepSecret(secrets, 'postgres-owner'), app: keepSecret(secrets, 'postgres-app') }
  const cluster = await openCluster(folder, passwords.owner)

  const take = () => takeLease(cluster, passwords.owner, (client) => prepare(client, passwords.app))
  const keeper = keepLease(await take(), take, (lease) => releaseLease(cluster, lease), log)
  const bound = boundLogFile(cluster.logFile)
  let stopped: Promise<void> | undefined
  return {
    url: address(keeper.server, APP_ROLE, passwords.app),
    directUrl: address(keeper.server, OWNER_ROLE, passwords.owner),
    stop: () => {
      bound.stop()
      return (stopped ??= keeper.stop())
    },
  }
}

/**
 * Others may walk through it, to the cluster of the server's account; what is private in it is private by
 * itself.
 */
function openDataDir(dataDir: string): string {
  if (mkdirSync(dataDir, { recursive: true })) chmodSync(dataDir, runningAsRoot() ? 0o711 : 0o700)
  return realpathSync(dataDir)
}

function address({ host, port }: Postmaster, user: string, password: string): string {
  const socket = host.startsWith('/')
  const query = socket ? `?host=${encodeURIComponent(host)}` : ''
  return `postgresql://${user}:${password}@${socket ? 'localhost' : host}:${port}/${DATABASE}${query}`
}

/** The app's role and database, each made where it is missing. */
async function prepare(client: Client, appPassword: string): Promise<void> {
  const has = async (sql: string) => (await client.query(sql)).rows.length > 0
  const role = () => has(`SELECT 1 FROM pg_roles WHERE rolname = '${APP_ROLE}'`)
  const database = () => has(`SELECT 1 FROM pg_database WHERE datname = '${DATABASE}'`)
  if ((await role()) && (await database())) return
  await client.query(`SELECT pg_advisory_lock(${PREPARE_LOCK})`)
  if (!(await role()))
    await client.query(`CREATE ROLE ${APP_ROLE} LOGIN PASSWORD ${client.escapeLiteral(appPassword)}`)
  if (!(await database())) await client.query(`CREATE DATABASE ${DATABASE}`)
  await client.query(`SELECT pg_advisory_unlock(${PREPARE_LOCK})`)
}

/** Keeps a lease: whenever the server goes away, `take` brings it back. */
function keepLease(
  first: Lease,
  take: () => Promise<Lease>,
  release: (lease: Lease) => Promise<void>,
  log: (line: string) => void,
) {
  let lease: Lease | null = null
  let stopping = false
  let recovery = Promise.resolve()

  const hold = (taken: Lease) => {
    lease = taken
    // It is kept open for its lock, not to keep this process running.
    taken.socket.unref()
    taken.client.once('end', () => {
      lease = null
      if (!stopping) recovery = recover()
    })
  }
  const recover = async () => {
    log('the embedded database ended unexpectedly: starting it again')
    for (let backoff = 50; !stopping; backoff = Math.min(backoff * 2, LONGEST_BACKOFF_MS)) {
      try {
        return hold(await take())
      } catch (error) {
        if (backoff === 50) log(error instanceof Error ? error.message : String(error))
        await sleep(backoff)
      }
    }
  }
  const stop = async () => {
    stopping = true
    await recovery
    if (!lease) return
    lease.socket.ref()
    // If the lease's connection was cut just now, it stops nothing: a new lease must.
    await release(lease).catch(async () => release(await take()))
  }
  hold(first)
  return { server: first.server, stop }
}
