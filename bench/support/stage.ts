import { readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { Client, type QueryResultRow } from 'pg'
import { APP_ROLE, startEmbedded } from '@/lib/db/embedded'
import { migrate } from '@/lib/db/migrate'
import { temporaryFolder } from '../../__tests__/support/temporary'
import type { populate } from '../workers/populate'
import { startWorker } from './worker'
import { atEnd } from './teardown'

/** A database's addresses: the app's role, and the owner's past any pooler (migrations, LISTEN). */
export type Database = { name: string; url: string; directUrl: string }

export type Stage = {
  /** A migrated database with this many keys, made at the first call. */
  withKeys: (keys: number) => Promise<Database>
  /** A database without a table, for somebody else's. */
  empty: (name: string) => Promise<Database>
  drop: (database: Database) => Promise<void>
  /** What the owner reads in a database. */
  read: <Row extends QueryResultRow>(database: Database, sql: string, values: unknown[]) => Promise<Row[]>
  /** Statements that `role` has run in the database so far, counted by the server. */
  statements: (database: Database, role: 'app' | 'owner') => Promise<number>
  postgresVersion: string
  /** Kills the server without warning; it is started again at once, as it would be under `npm start`. */
  killPostgres: () => void
}

const LIMITS = ['PER_KEY', 'PER_CLUB', 'FAILURES_PER_ADDRESS', 'CHANGES_PER_USER']

/** Everything the environment of a process of ours needs to know of a database. */
export const environmentFor = ({ url, directUrl }: Database): Record<string, string> => ({
  DATABASE_URL: url,
  DATABASE_DIRECT_URL: directUrl,
  NEXTAUTH_SECRET: 'for-benchmarks-only-for-benchmarks-only',
  // What is measured is what a call costs, not how many may be made.
  ...Object.fromEntries(LIMITS.map((limit) => [`RATE_LIMIT_${limit}`, '1000000'])),
})

/** A Postgres of this run's own, in a temporary folder. */
export async function setStage(): Promise<Stage> {
  const folder = temporaryFolder()
  atEnd(() => rmSync(folder, { recursive: true, force: true }))
  const postgres = await startEmbedded(folder)
  atEnd(postgres.stop)
  // Bookkeeping stands in none of the databases that are measured.
  const ask = asking(inDatabase(postgres.directUrl, 'postgres'))
  await ask('CREATE EXTENSION IF NOT EXISTS pg_stat_statements')
  const [version] = await ask<{ server_version: string }>('SHOW server_version')

  const addresses = (name: string) => ({
    name,
    url: inDatabase(postgres.url, name),
    directUrl: inDatabase(postgres.directUrl, name),
  })
  const empty = async (name: string) => {
    await ask(`CREATE DATABASE ${name}`)
    return addresses(name)
  }
  const populated = new Map<number, Promise<Database>>()
  const make = async (keys: number) => {
    const database = await empty(`keys_${keys}`)
    await migrate(database.directUrl, { appUser: APP_ROLE })
    await fill(database, keys)
    return database
  }
  return {
    withKeys: (keys) => {
      const made = populated.get(keys) ?? make(keys)
      populated.set(keys, made)
      return made
    },
    empty,
    drop: async ({ name }) => void (await ask(`DROP DATABASE ${name} WITH (FORCE)`)),
    read: ({ directUrl }, sql, values) => asking(directUrl)(sql, values),
    statements: async ({ name }, role) =>
      countStatements(ask, name, role === 'app' ? APP_ROLE : new URL(postgres.directUrl).username),
    postgresVersion: version?.server_version ?? 'unknown',
    killPostgres: () =>
      process.kill(
        Number.parseInt(readFileSync(path.join(folder, 'pg/postmaster.pid'), 'utf8'), 10),
        'SIGQUIT',
      ),
  }
}

/** In a process on another core than the database's: millions of rows take both a while. */
async function fill(database: Database, keys: number): Promise<void> {
  const worker = await startWorker<{ populate: typeof populate }>('populate', { place: 'all' })
  await worker.call('populate', { directUrl: database.directUrl, keys })
  await worker.stop()
}

type Ask = ReturnType<typeof asking>

/** Each on a connection of its own: the server is killed in between. */
function asking(url: string) {
  return async <Row extends QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> => {
    const client = new Client({ connectionString: url })
    await client.connect()
    try {
      return (await client.query<Row>(sql, values)).rows
    } finally {
      await client.end()
    }
  }
}

async function countStatements(ask: Ask, database: string, role: string): Promise<number> {
  const [row] = await ask<{ calls: string }>(
    `SELECT coalesce(sum(s.calls), 0) AS calls FROM pg_stat_statements s
       JOIN pg_database d ON d.oid = s.dbid JOIN pg_roles r ON r.oid = s.userid
      WHERE s.toplevel AND d.datname = $1 AND r.rolname = $2`,
    [database, role],
  )
  return Number(row?.calls)
}

function inDatabase(address: string, name: string): string {
  const url = new URL(address)
  url.pathname = `/${name}`
  return url.toString()
}
