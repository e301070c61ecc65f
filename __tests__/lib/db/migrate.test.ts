import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Client } from 'pg'
import { APP_ROLE } from '@/lib/db/embedded'
import { migrate, MigrationError, pendingMigrations } from '@/lib/db/migrate'
import { migrationNames, MIGRATIONS_FOLDER } from '@/lib/db/migrations'
import { RIGHTS } from '@/lib/db/rights'
import { ask, eventually } from '../../support/embedded'
import { createEmptyDatabase, type TestDatabase } from '../../support/postgres'
import { deployMigrations, diagnoseMigrations, differenceToSchema } from '../../support/schema-engine'
import { temporaryFolder } from '../../support/temporary'

const ALL = migrationNames()
let database: TestDatabase
let folder: string

beforeEach(async () => {
  database = await createEmptyDatabase()
  folder = temporaryFolder()
})
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true })
  await database.drop()
})

it('applies every migration once, in order', async () => {
  expect(await migrate(database.directUrl)).toEqual({ applied: ALL })
  expect(await migrate(database.directUrl)).toEqual({ applied: [] })
  expect(await records()).toEqual(
    ALL.map((name) => ({ migration_name: name, applied_steps_count: 1, finished: true })),
  )
})

describe('beside another app', () => {
  const host = (sql: string) => ask(database.directUrl, sql)
  const inOwnSchema = () => {
    const url = new URL(database.directUrl)
    url.searchParams.set('schema', 'clubkeys')
    return url.href
  }

  it.each([
    ['tables of the names of ours', 'CREATE TABLE "User" (id int); CREATE TABLE "Membership" (id int)'],
    ['one table of the name of one of ours', 'CREATE TABLE "AuditEvent" (id int)'],
    [
      'a history of Prisma’s',
      `CREATE TABLE _prisma_migrations (id text, checksum text, finished_at timestamptz, migration_name text, logs text, rolled_back_at timestamptz);
       INSERT INTO _prisma_migrations (migration_name, finished_at) VALUES ('20240101000000_init', now()); CREATE TABLE orders (id int)`,
    ],
    [
      'a history of Prisma’s, and tables elsewhere',
      `CREATE TABLE _prisma_migrations (id text, checksum text, finished_at timestamptz, migration_name text, logs text, rolled_back_at timestamptz);
       INSERT INTO _prisma_migrations (migration_name, finished_at) VALUES ('20240101000000_init', now())`,
    ],
  ])('%s: says what to do and changes nothing; in a schema of its own both live', async (_, sql) => {
    for (const statement of sql.split(';')) await host(statement)
    const tables = () =>
      host(`SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1`)
    const before = await tables()
    await expect(migrate(database.directUrl)).rejects.toThrow(
      /"public" holds tables of another app.*\?schema=clubkeys/,
    )
    expect(await tables()).toEqual(before)
    expect(await migrate(inOwnSchema())).toEqual({ applied: ALL })
    expect(await migrate(inOwnSchema())).toEqual({ applied: [] })
    expect(await tables()).toEqual(before)
  })

  it('tables of other names are in nobody’s way', async () => {
    await host('CREATE TABLE orders (id int)')
    expect(await migrate(database.directUrl)).toEqual({ applied: ALL })
  })
})

it('lets one migrator work at a time', async () => {
  const runs = await Promise.all([1, 2, 3].map(() => migrate(database.directUrl)))
  expect(runs.map(({ applied }) => applied.length).sort()).toEqual([0, 0, ALL.length])
  expect(await records()).toHaveLength(ALL.length)
})

it('waits for a migrator of Prisma’s', async () => {
  const prisma = new Client(database.directUrl)
  await prisma.connect()
  await prisma.query('SELECT pg_advisory_lock(72707369)')
  const ours = migrate(database.directUrl)
  await eventually(async () =>
    expect(
      await ask(
        database.directUrl,
        `SELECT 1 AS waiting FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`,
      ),
    ).toHaveLength(1),
  )
  expect(await ask(database.directUrl, `SELECT to_regclass('_prisma_migrations') AS records`)).toEqual([
    { records: null },
  ])
  await prisma.end()
  expect(await ours).toEqual({ applied: ALL })
})

it('leaves nothing of a failed migration, and applies it once it is repaired', async () => {
  writeMigration('1_first', 'CREATE TABLE first (n int);')
  writeMigration(
    '2_broken',
    'CREATE TABLE second (n int); INSERT INTO second VALUES (1); SELECT no_such_function();',
  )
  const failure = await migrate(database.directUrl, { folder }).catch((error: Error) => error)
  expect(failure).toBeInstanceOf(MigrationError)
  expect((failure as Error).message).toMatch(/2_broken.*no_such_function.*Nothing of it was kept/)
  expect(
    await ask(
      database.directUrl,
      `SELECT to_regclass('first') IS NOT NULL AS first, to_regclass('second') AS second`,
    ),
  ).toEqual([{ first: true, second: null }])
  writeMigration('2_broken', 'CREATE TABLE second (n int);')
  expect(await migrate(database.directUrl, { folder })).toEqual({ applied: ['2_broken'] })
})

it('refuses a migration that was edited after it was applied', async () => {
  writeMigration('1_first', 'CREATE TABLE first (n int);')
  await migrate(database.directUrl, { folder })
  writeMigration('1_first', 'CREATE TABLE first (n bigint);')
  await expect(migrate(database.directUrl, { folder })).rejects.toThrow(
    /1_first was edited after it was applied/,
  )
})

it('does not mind line ends that the checkout changed', async () => {
  writeMigration('1_first', 'CREATE TABLE first (\n  n int\n);\n')
  await migrate(database.directUrl, { folder })
  writeMigration('1_first', 'CREATE TABLE first (\r\n  n int\r\n);\r\n')
  expect(await migrate(database.directUrl, { folder })).toEqual({ applied: [] })
})

it('runs what Postgres refuses inside a transaction, and remembers when that failed', async () => {
  writeMigration('1_table', 'CREATE TABLE first (n int); INSERT INTO first VALUES (1), (1);')
  writeMigration('2_index', 'CREATE INDEX CONCURRENTLY first_n ON first (n);')
  expect(await migrate(database.directUrl, { folder })).toEqual({ applied: ['1_table', '2_index'] })
  writeMigration('3_unique', 'CREATE UNIQUE INDEX CONCURRENTLY first_unique ON first (n);')
  await expect(migrate(database.directUrl, { folder })).rejects.toThrow(/3_unique failed/)
  await expect(migrate(database.directUrl, { folder })).rejects.toThrow(/3_unique failed before/)
})

it('names what is pending, to the app’s role as well', async () => {
  const query = (url: string) => (sql: string) => ask(url, sql)
  expect(await pendingMigrations(query(database.directUrl))).toEqual(ALL)
  await migrate(database.directUrl, { appUser: new URL(database.url).username })
  expect(await pendingMigrations(query(database.url))).toEqual([])
  cpSync(MIGRATIONS_FOLDER, folder, { recursive: true })
  writeMigration('99999999999999_next', 'SELECT 1;')
  expect(await pendingMigrations(query(database.url), folder)).toEqual(['99999999999999_next'])
})

it('refuses a database from before the first release, and says what to do', async () => {
  await migrate(database.directUrl)
  await ask(
    database.directUrl,
    `UPDATE _prisma_migrations SET migration_name = '20261120000000_base' WHERE migration_name = '${ALL[0]}'`,
  )
  await expect(migrate(database.directUrl)).rejects.toThrow(
    /before the first release.*move the folder \.data away/,
  )
  expect(await records()).toHaveLength(ALL.length)
})

it('leaves records that Prisma reads as its own', async () => {
  await migrate(database.directUrl)
  expect(diagnoseMigrations(database.directUrl)).toEqual({
    editedMigrationNames: [],
    failedMigrationNames: [],
    hasMigrationsTable: true,
    history: null,
  })
  expect(deployMigrations(database.directUrl)).toEqual([])
})

it('takes over where Prisma left off', async () => {
  cpSync(path.join(MIGRATIONS_FOLDER, 'migration_lock.toml'), path.join(folder, 'migration_lock.toml'))
  writeMigration('1_prisma', 'CREATE TABLE first (n int);')
  expect(deployMigrations(database.directUrl, folder)).toEqual(['1_prisma'])
  writeMigration('2_ours', 'CREATE TABLE second (n int);')
  expect(await migrate(database.directUrl, { folder })).toEqual({ applied: ['2_ours'] })
})

it('makes no table or view whose rights are not named: add it to RIGHTS in src/lib/db/rights.ts', async () => {
  await migrate(database.directUrl)
  const tables = await ask<{ name: string }>(
    database.directUrl,
    `SELECT relname::text AS name FROM pg_class WHERE relkind IN ('r', 'p', 'v') AND relnamespace = 'public'::regnamespace
       AND coalesce(obj_description(oid, 'pg_class'), '') NOT LIKE 'tenant table: %' ORDER BY 1`,
  )
  expect(tables.map(({ name }) => name)).toEqual(Object.keys(RIGHTS).sort())
})

it('gives the app’s role what tenant_table says of a table, and takes back what was granted besides', async () => {
  cpSync(MIGRATIONS_FOLDER, folder, { recursive: true })
  const table = (name: string, rights: string) =>
    `CREATE TABLE "${name}" ("id" uuid PRIMARY KEY, "clubId" uuid NOT NULL REFERENCES "Club"); SELECT tenant_table('"${name}"'${rights});`
  writeMigration('99990101000000_tables', table('Tent', '') + table('Note', `, 'SELECT, INSERT'`))
  await migrate(database.directUrl, { folder, appUser: APP_ROLE })
  const held = () =>
    ask(
      database.directUrl,
      `SELECT t, string_agg(r, ' ' ORDER BY r) AS held FROM unnest(ARRAY['"Tent"', '"Note"']) t, unnest(ARRAY['DELETE', 'INSERT', 'SELECT', 'TRUNCATE', 'UPDATE']) r
        WHERE has_table_privilege('${APP_ROLE}', t, r) GROUP BY t ORDER BY t`,
    )
  const wanted = [
    { t: '"Note"', held: 'INSERT SELECT' },
    { t: '"Tent"', held: 'DELETE INSERT SELECT UPDATE' },
  ]
  expect(await held()).toEqual(wanted)
  await ask(
    database.directUrl,
    `GRANT DELETE ON "Note" TO ${APP_ROLE}; COMMENT ON TABLE "Club" IS 'tenant table: DELETE'`,
  )
  await migrate(database.directUrl, { folder, appUser: APP_ROLE })
  expect(await held()).toEqual(wanted)
  expect(
    await ask(database.directUrl, `SELECT has_table_privilege('${APP_ROLE}', '"Club"', 'DELETE') AS may`),
  ).toEqual([{ may: false }])
})

it('makes what schema.prisma says, and would notice if not', async () => {
  await migrate(database.directUrl)
  expect(differenceToSchema(database.directUrl)).toBe('')
  await ask(database.directUrl, 'ALTER TABLE "Practice" ADD COLUMN "surplus" TEXT')
  expect(differenceToSchema(database.directUrl)).toContain('DROP COLUMN "surplus"')
})

function writeMigration(name: string, sql: string): void {
  mkdirSync(path.join(folder, name), { recursive: true })
  writeFileSync(path.join(folder, name, 'migration.sql'), sql)
}

function records() {
  return ask(
    database.directUrl,
    'SELECT migration_name, applied_steps_count, finished_at >= started_at AS finished FROM _prisma_migrations ORDER BY started_at, migration_name',
  )
}
