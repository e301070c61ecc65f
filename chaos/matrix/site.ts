import { openClient, type Client } from '../../__tests__/support/keep-alive'
import { prepareInstallation, type Cluster } from '../../__tests__/support/cluster'
import type { Command } from '../../__tests__/support/checkout'
import { startPgBouncer, type PgBouncer } from '../../__tests__/support/pgbouncer'
import { freePort, startServer } from '../../__tests__/support/server'
import { assertNoTokens } from '../../__tests__/support/tokens-in'
import { OUT_OF_THE_WAY } from '../stage/app'
import type { Cell } from './cells'
import { setClock } from './clock'
import { restore, SECRET, type Checkout, type Dump } from './host'

type Env = Record<string, string>

/** A process of the product. */
export type Process = { call: Client; seconds: number; stop: () => Promise<number | null> }

/** An installation in its surroundings: what its processes are started with. */
export type Site = {
  database: string
  web: string
  /** `npm start`, which migrates, or restarts. */
  start: () => Promise<Process>
  /** The server alone, as the app's role alone. */
  serve: () => Promise<Process>
  /** What the command line is given. */
  env: Env
  remove: () => Promise<void>
}

type Place = { cluster: Cluster; cell: Cell; checkout: Checkout; dump: Dump; redisUrl: string }

export async function prepareSite(name: string, place: Place): Promise<Site> {
  const { cluster, cell, checkout, dump, redisUrl } = place
  const { owner, web, database } = await prepareInstallation(cluster, name, {
    roles: cell.installation === 'one role' ? 1 : 2,
  })
  if (cell.installation === 'restored dump') restore(cluster, dump, { database, owner, web })
  const resetClock = await setClock(cluster, cell, { database, roles: [owner, web] })
  const pooler = await poolerFor(cell, [cluster.socketUrl(web, database)])
  const straight = cluster.url(web, database)
  const url = pooler?.through(cluster.socketUrl(web, database)) ?? straight
  const direct: Env = { DATABASE_DIRECT_URL: cluster.url(owner, database) }
  const alone = cell.way === 'transaction pooler alone'
  const shared = { ...OUT_OF_THE_WAY, NEXTAUTH_SECRET: SECRET, REDIS_URL: redisUrl, DATABASE_URL: url }
  if (alone) await migrate(checkout, { DATABASE_URL: straight, ...direct })
  const first: Env = { ...shared, ...(!alone && web !== owner && direct), ...(pooler && !alone && direct) }
  const second: Env = cell.way === 'transaction pooler' ? { DATABASE_DIRECT_URL: straight } : {}
  return {
    database,
    web,
    env: { NEXTAUTH_SECRET: SECRET, DATABASE_URL: url },
    start: async () => started(checkout, first),
    serve: () => served(url, { ...shared, ...second }),
    remove: async () => {
      await pooler?.stop()
      await resetClock()
    },
  }
}

/** As it comes; in session mode each client holds a connection of its own. */
async function poolerFor({ way }: Cell, urls: readonly string[]): Promise<PgBouncer | null> {
  if (way === 'direct') return null
  return way === 'session pooler'
    ? startPgBouncer(urls, { pool_mode: 'session', default_pool_size: '40' })
    : startPgBouncer(urls, { pool_mode: 'transaction' })
}

async function migrate(checkout: Checkout, env: Env): Promise<void> {
  const command = checkout.run('scripts/migrate.ts', { NEXTAUTH_SECRET: SECRET, ...env })
  if ((await command.ended) !== 0) throw new Error(`npm run migrate: ${command.output()}`)
}

async function started(checkout: Checkout, env: Env): Promise<Process> {
  const port = await freePort()
  const from = performance.now()
  const command: Command = checkout.run('scripts/start.ts', { ...env, PORT: String(port) })
  await command.until('clubkeys is up')
  const seconds = (performance.now() - from) / 1_000
  const { call, close } = openClient(() => port, { maxSockets: 40 })
  const stop = async () => {
    close()
    command.process.kill('SIGTERM')
    const code = await command.ended
    assertNoTokens('what npm start printed', command.output())
    return code
  }
  return { call, seconds, stop }
}

async function served(databaseUrl: string, env: Env): Promise<Process> {
  const from = performance.now()
  const server = await startServer({ databaseUrl, env })
  const seconds = (performance.now() - from) / 1_000
  const { call, close } = openClient(() => server.port, { maxSockets: 40 })
  const stop = async () => {
    close()
    await server.stop()
    return server.process.exitCode
  }
  return { call, seconds, stop }
}
