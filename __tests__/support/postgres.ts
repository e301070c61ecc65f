import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { Client } from 'pg'
// No `@/` here: jest's global setup does not map names.
import { APP_ROLE, startEmbedded, type EmbeddedPostgres } from '../../src/lib/db/embedded'
import { migrate } from '../../src/lib/db/migrate'
import { generateClient, renameRoles } from '../tenancy/database'
import { ask } from './embedded'
import { sweepAbandoned, temporaryFolder } from './temporary'
import { assertNoTokens } from './tokens-in'

export type TestDatabase = {
  /** The app's role. */
  url: string
  /** The owner of the tables. */
  directUrl: string
  drop(): Promise<void>
}

const TEMPLATE = 'clubkeys_template'
const ADDRESSES = 'CLUBKEYS_TEST_POSTGRES'

type Run = { folder: string; postgres: EmbeddedPostgres }
const shared = globalThis as typeof globalThis & { clubkeysTestRun?: Run }

/** The one server of this test run, with a migrated database to copy from. */
export async function startTestServer(): Promise<void> {
  await sweepAbandoned()
  const folder = temporaryFolder()
  const postgres = await startEmbedded(folder)
  shared.clubkeysTestRun = { folder, postgres }
  // What the tests wrote need not outlive a power cut, and waiting for the disk would be half of their time.
  for (const setting of ['fsync', 'synchronous_commit', 'full_page_writes'])
    await ask(postgres.directUrl, `ALTER SYSTEM SET ${setting} = off`)
  await ask(postgres.directUrl, 'SELECT pg_reload_conf()')
  await ask(postgres.directUrl, `CREATE DATABASE ${TEMPLATE}`)
  await migrate(inDatabase(postgres.directUrl, TEMPLATE), { appUser: APP_ROLE })
  if (process.env.CLUBKEYS_SECOND_TENANCY) {
    await renameRoles(inDatabase(postgres.directUrl, TEMPLATE))
    generateClient()
  }
  await ask(postgres.directUrl, `ALTER DATABASE ${TEMPLATE} IS_TEMPLATE true ALLOW_CONNECTIONS false`)
  process.env[ADDRESSES] = JSON.stringify({ url: postgres.url, directUrl: postgres.directUrl })
}

export async function stopTestServer(): Promise<void> {
  const run = shared.clubkeysTestRun
  await run?.postgres.stop()
  if (run) rmSync(run.folder, { recursive: true, force: true })
}

/** A migrated database without rows, the caller's own. Drop it in `afterAll`. */
export function createTestDatabase(): Promise<TestDatabase> {
  return createDatabase(TEMPLATE)
}

/** A database without any table, for tests of the migrations themselves. */
export function createEmptyDatabase(): Promise<TestDatabase> {
  return createDatabase('template0')
}

async function createDatabase(template: string): Promise<TestDatabase> {
  const server = JSON.parse(process.env[ADDRESSES] ?? 'null') as { url: string; directUrl: string } | null
  if (!server) throw new Error('no test server: run the tests with jest, whose global setup starts it')
  const name = `t_${randomBytes(6).toString('hex')}`
  await ask(server.directUrl, `CREATE DATABASE ${name} TEMPLATE ${template}`)
  return {
    url: inDatabase(server.url, name),
    directUrl: inDatabase(server.directUrl, name),
    drop: async () => {
      const left = await tokensLeftIn(inDatabase(server.directUrl, name))
      await ask(server.directUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
      assertNoTokens('the database', left)
    },
  }
}

/** Every row that may hold an API key, audit rows among them. */
async function tokensLeftIn(directUrl: string): Promise<string> {
  const client = new Client({ connectionString: directUrl })
  await client.connect()
  try {
    const tables = await client.query<{ name: string }>(
      `SELECT oid::regclass::text AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
    )
    const found: string[] = []
    for (const { name } of tables.rows) {
      const { rows } = await client.query<{ row: string }>(
        `SELECT '${name.replaceAll("'", "''")} ' || t::text AS row FROM ${name} t WHERE t::text ~ 'sk_[a-z0-9]{2,12}_[0-9A-Za-z]{49}'`,
      )
      found.push(...rows.map(({ row }) => row))
    }
    return found.join('\n')
  } finally {
    await client.end()
  }
}

function inDatabase(address: string, name: string): string {
  const url = new URL(address)
  url.pathname = `/${name}`
  return url.toString()
}
