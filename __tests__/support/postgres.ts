import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Client } from 'pg'
// No `@/` here: jest's global setup does not map names.
import { APP_ROLE, startEmbedded, type EmbeddedPostgres } from '../../src/lib/db/embedded'
import { isAlive } from '../../src/lib/process/processes'
import { migrate } from '../../src/lib/db/migrate'

export type TestDatabase = {
  /** The app's role. */
  url: string
  /** The owner of the tables. */
  directUrl: string
  drop(): Promise<void>
}

const TEMPLATE = 'clubkeys_template'
const ADDRESSES = 'CLUBKEYS_TEST_POSTGRES'
const PREFIX = 'clubkeys-test-'

type Run = { folder: string; postgres: EmbeddedPostgres }
const shared = globalThis as typeof globalThis & { clubkeysTestRun?: Run }

/** The one server of this test run, with a migrated database to copy from. */
export async function startTestServer(): Promise<void> {
  await sweepAbandoned()
  const folder = temporaryFolder()
  const postgres = await startEmbedded(folder)
  shared.clubkeysTestRun = { folder, postgres }
  await asOwner(postgres.directUrl, `CREATE DATABASE ${TEMPLATE}`)
  await migrate(inDatabase(postgres.directUrl, TEMPLATE), { appUser: APP_ROLE })
  await asOwner(postgres.directUrl, `ALTER DATABASE ${TEMPLATE} IS_TEMPLATE true ALLOW_CONNECTIONS false`)
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
  await asOwner(server.directUrl, `CREATE DATABASE ${name} TEMPLATE ${template}`)
  return {
    url: inDatabase(server.url, name),
    directUrl: inDatabase(server.directUrl, name),
    drop: () => asOwner(server.directUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  }
}

/** For tests that need a server of their own. Its name holds our pid, so that a later run can clean up after a killed one. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), `${PREFIX}${process.pid}-`))
  chmodSync(folder, 0o711) // The server's account walks through it; what is private inside has its own modes.
  return folder
}

/** Stops and removes what runs that were killed left behind. */
export async function sweepAbandoned(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(PREFIX) && Number.parseInt(name.slice(PREFIX.length), 10)
    if (!pid || isAlive(pid)) continue
    const folder = path.join(tmpdir(), name)
    if (existsSync(path.join(folder, 'pg'))) await stopAbandoned(folder).catch(() => {})
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A lease of its own, given back at once: the last one out stops the server. */
async function stopAbandoned(folder: string): Promise<void> {
  const postgres = await startEmbedded(folder)
  await postgres.stop()
}

function inDatabase(address: string, name: string): string {
  const url = new URL(address)
  url.pathname = `/${name}`
  return url.toString()
}

async function asOwner(directUrl: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: directUrl })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
