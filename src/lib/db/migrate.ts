import { randomUUID } from 'node:crypto'
import { schemaOf } from './address'
import { assertRules } from './assert-rules'
import { hasChecksum, migrationNames, MIGRATIONS_FOLDER, readMigration, type Migration } from './migrations'
import { RIGHTS, settleRights } from './rights'
import { openSession, type DatabaseSession } from './session'

export { pendingMigrations } from './migrations'

/** The number Prisma's own engine locks, so that `prisma migrate deploy` and we wait for each other. */
const PRISMA_LOCK = 72707369
const LOCK_PATIENCE = '10min'

const RECORDS = '_prisma_migrations'
/** The first migration of databases from before the first release: those were all written anew. */
const UNRELEASED = '20261120000000_base'
/** As Prisma creates it. */
const RECORDS_TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id                      VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum                VARCHAR(64) NOT NULL,
    finished_at             TIMESTAMPTZ,
    migration_name          VARCHAR(255) NOT NULL,
    logs                    TEXT,
    rolled_back_at          TIMESTAMPTZ,
    started_at              TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count     INTEGER NOT NULL DEFAULT 0
)`

type Recorded = { migration_name: string; checksum: string; finished_at: Date | null; logs: string | null }

/** A migration that cannot or must not run. The message is for the operator. */
export class MigrationError extends Error {
  override name = 'MigrationError'
}

/**
 * Brings the database to this release: applies what is missing of `prisma/migrations`, in order, and records
 * it as Prisma does, so that `prisma migrate deploy` and `status` agree. One migrator works at a time; a
 * second one waits, then finds nothing to do.
 *
 * @param directUrl the owner of the tables, past any pooler
 * @param options.appUser the role the app logs in as; it gets the rights of `rights.ts`
 * @throws MigrationError when a migration fails, failed before, or was edited after it was applied
 * @throws DatabaseRefusal when the database needs rules that this release does not know
 */
export async function migrate(
  directUrl: string,
  options: { appUser?: string | undefined; folder?: string } = {},
): Promise<{ applied: string[] }> {
  const schema = schemaOf(directUrl)
  const client = await openSession({ connectionString: directUrl, application_name: 'clubkeys migrate' })
  try {
    await assertRules(client, schema)
    await makeSchema(client, schema)
    await client.query(`SET lock_timeout = '${LOCK_PATIENCE}'`)
    await client.query(`SELECT pg_advisory_lock(${PRISMA_LOCK})`)
    await client.query('RESET lock_timeout')
    const folder = options.folder ?? MIGRATIONS_FOLDER
    await assertOurs(client, schema, folder)
    const { applied, newer } = await applyMissing(client, folder)
    await settleRights(client, schema, await roleApart(client, options.appUser), newer)
    return { applied }
  } finally {
    await client.end().catch(() => {}) // Ends the lock, too.
  }
}

/** The app's role, unless it is the owner itself. */
async function roleApart(client: DatabaseSession, appUser: string | undefined): Promise<string | null> {
  const { rows } = await client.query<{ us: string }>('SELECT session_user::text AS us')
  return appUser === undefined || appUser === rows[0]?.us ? null : appUser
}

/** Looked for first: IF NOT EXISTS wants the right to create one even where it exists. */
async function makeSchema(client: DatabaseSession, name: string): Promise<void> {
  const { rows } = await client.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [name])
  if (rows.length === 0) await client.query(`CREATE SCHEMA ${client.escapeIdentifier(name)}`)
}

/**
 * Another app's tables may have the names of ours, and its migrations the same place for their records.
 * Beside others there is room.
 * @throws MigrationError for a schema that holds such tables or records, and no migration of ours; or ours from
 *   before the first release
 */
async function assertOurs(client: DatabaseSession, schema: string, folder: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = $1::regnamespace AND relkind IN ('r', 'p', 'v', 'm') AND relname = ANY ($2)`,
    [client.escapeIdentifier(schema), Object.keys(RIGHTS)],
  )
  const whose = rows.some(({ name }) => name === RECORDS) ? await recordsOf(client, folder) : 'nobody'
  if (whose === 'unreleased')
    throw new MigrationError(
      'this database was made before the first release, and no migration leads on from there. Start with an empty one: for the embedded database move the folder .data away. Nothing was changed.',
    )
  if (whose === 'us' || (whose === 'nobody' && rows.every(({ name }) => name === RECORDS))) return
  throw new MigrationError(
    `the schema ${JSON.stringify(schema)} holds tables of another app: give this one a schema of its own, ?schema=clubkeys at the end of DATABASE_URL and of DATABASE_DIRECT_URL. Nothing was changed.`,
  )
}

type Whose = 'us' | 'unreleased' | 'others' | 'nobody'

async function recordsOf(client: DatabaseSession, folder: string): Promise<Whose> {
  const { rows } = await client.query<{ name: string }>(
    'SELECT DISTINCT migration_name AS name FROM _prisma_migrations',
  )
  if (rows.length === 0) return 'nobody'
  if (rows.some(({ name }) => name === UNRELEASED)) return 'unreleased'
  const ours = new Set(migrationNames(folder))
  return rows.some(({ name }) => ours.has(name)) ? 'us' : 'others'
}

/** `newer`: another release applied migrations that this one does not have. */
async function applyMissing(
  client: DatabaseSession,
  folder: string,
): Promise<{ applied: string[]; newer: boolean }> {
  await client.query('SET client_min_messages = warning')
  await client.query(RECORDS_TABLE)
  const { rows } = await client.query<Recorded>(
    'SELECT migration_name, checksum, finished_at, logs FROM _prisma_migrations WHERE rolled_back_at IS NULL',
  )
  const migrations = migrationNames(folder).map((name) => readMigration(name, folder))
  assertIntact(rows, migrations)
  const done = new Set(rows.map((row) => row.migration_name))
  const missing = migrations.filter(({ name }) => !done.has(name))
  for (const migration of missing) await apply(client, migration)
  const known = new Set(migrations.map(({ name }) => name))
  return {
    applied: missing.map(({ name }) => name),
    newer: rows.some((row) => !known.has(row.migration_name)),
  }
}

/**
 * Records of migrations we do not have are fine: a newer release was here, and this one may be a way back.
 */
function assertIntact(recorded: Recorded[], migrations: Migration[]): void {
  for (const row of recorded) {
    const name = row.migration_name
    if (!row.finished_at) {
      throw new MigrationError(
        `migration ${name} failed before${row.logs ? ` (${row.logs.trim()})` : ''}. Repair the database, then run: npx prisma migrate resolve --applied ${name} (or --rolled-back ${name})`,
      )
    }
    const migration = migrations.find((candidate) => candidate.name === name)
    if (migration && !hasChecksum(migration, row.checksum)) {
      throw new MigrationError(
        `migration ${name} was edited after it was applied. Restore the file, and put the change into a new migration.`,
      )
    }
  }
}

async function apply(client: DatabaseSession, migration: Migration): Promise<void> {
  try {
    await inTransaction(client, migration)
  } catch (error) {
    // 25001: a statement that Postgres runs outside transactions only, such as CREATE INDEX CONCURRENTLY.
    if ((error as { code?: string }).code === '25001') return await asPrismaDoes(client, migration)
    throw failure(migration, error, 'Nothing of it was kept.')
  }
}

/** Script and record commit together: a failed migration leaves nothing, not even a record. */
async function inTransaction(client: DatabaseSession, { name, sql, checksum }: Migration): Promise<void> {
  await client.query('BEGIN')
  try {
    await client.query(sql)
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, transaction_timestamp(), clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    )
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {})
    throw error
  }
}

/** Without a transaction a failure may be half-done: its record says so, and refuses the next start. */
async function asPrismaDoes(client: DatabaseSession, migration: Migration): Promise<void> {
  const id = randomUUID()
  await client.query('INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ($1, $2, $3)', [
    id,
    migration.checksum,
    migration.name,
  ])
  try {
    await client.query(migration.sql)
    await client.query(
      'UPDATE _prisma_migrations SET finished_at = clock_timestamp(), applied_steps_count = 1 WHERE id = $1',
      [id],
    )
  } catch (error) {
    await client
      .query('UPDATE _prisma_migrations SET logs = $2 WHERE id = $1', [id, messageOf(error)])
      .catch(() => {})
    throw failure(migration, error, 'It runs outside a transaction: look what is there of it.')
  }
}

function failure({ name }: Migration, error: unknown, consequence: string): MigrationError {
  return new MigrationError(`migration ${name} failed: ${messageOf(error)}. ${consequence}`, { cause: error })
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
