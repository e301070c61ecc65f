import { execFileSync } from 'node:child_process'
import { provision } from '@/lib/db/provision'
import type { makeCheckout } from '../../__tests__/support/checkout'
import { prepareInstallation, startCluster, type Cluster } from '../../__tests__/support/cluster'
import type { Binaries } from '@/lib/db/embedded/binaries'
import type { Cell } from './cells'

export type Checkout = ReturnType<typeof makeCheckout>

/** The environment of a process that serves, whatever its database is. */
export const SECRET = 'of-the-matrix-of-the-matrix-of-the-matrix'

/** A server, and an installation that was there first. */
export type Host = {
  release: Cell['release']
  cluster: Cluster
  /** The token of its admin, and the role that it serves as. */
  neighbour: { token: string; web: string; database: string }
  stop: () => Promise<void>
}

export async function startHost(
  release: Cell['release'],
  programs: 15 | 17 | Binaries,
  checkout: Checkout,
): Promise<Host> {
  const cluster = await startCluster(programs)
  const { web, owner, database } = await prepareInstallation(cluster, 'neighbour')
  const url = cluster.url(web, database)
  await provision({ DATABASE_URL: url, DATABASE_DIRECT_URL: cluster.url(owner, database) })
  const token = await makeAdmin(checkout, { DATABASE_URL: url })
  return { release, cluster, neighbour: { token, web, database }, stop: cluster.stop }
}

/**
 * As an operator makes a club and its first key. @returns the key's token, which may do all that an admin may
 */
export async function makeAdmin(checkout: Checkout, env: Record<string, string>): Promise<string> {
  const run = async (script: string) => {
    const command = checkout.run(script, { NEXTAUTH_SECRET: SECRET, ...env })
    if ((await command.ended) !== 0) throw new Error(`${script}: ${command.output()}`)
    return command.output()
  }
  const admin = 'admin@matrix.test'
  await run(`scripts/clubs.ts create --slug matrix --name Matrix --admin ${admin} --json`)
  const scopes = ['api-keys:read', 'api-keys:write', 'audit:read']
    .map((scope) => `--scope ${scope}`)
    .join(' ')
  // As long as the club lets it live: what it makes lives no longer.
  const ends = new Date(Date.now() + 365.5 * 86_400_000).toISOString()
  const made = await run(
    `scripts/keys.ts create --club matrix --user ${admin} --name first ${scopes} --expires-at ${ends} --json`,
  )
  return (JSON.parse(made) as { key: string }).key
}

/**
 * An installation as `pg_dump` writes it down, of Postgres 15: with what comes after it, it can be restored
 * anywhere.
 */
export type Dump = { sql: string; owner: string; web: string; token: string }

export async function makeDump(checkout: Checkout): Promise<Dump> {
  const cluster = await startCluster(15)
  try {
    const { web, owner, database } = await prepareInstallation(cluster, 'original')
    const direct = cluster.url(owner, database)
    await provision({ DATABASE_URL: cluster.url(web, database), DATABASE_DIRECT_URL: direct })
    const token = await makeAdmin(checkout, { DATABASE_URL: cluster.url(web, database) })
    const sql = execFileSync('pg_dump', [direct], { encoding: 'utf8', maxBuffer: 1e8 })
    return { sql, owner, web, token }
  } finally {
    await cluster.stop()
  }
}

/** Into an empty database, whose owner and app's role take the places of the dump's. */
export function restore(
  cluster: Cluster,
  dump: Dump,
  { database, owner, web }: { database: string; owner: string; web: string },
): void {
  const input = dump.sql.replaceAll(dump.owner, owner).replaceAll(dump.web, web)
  const address = cluster.url('postgres', database)
  execFileSync('psql', ['-q', '-v', 'ON_ERROR_STOP=1', address], { input, stdio: ['pipe', 'ignore', 'pipe'] })
}
