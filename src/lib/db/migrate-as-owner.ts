import { SettingsError } from '../settings'
import { faultOf, schemaOf } from './address'
import type { Inspected } from './inspect'
import { openChecked, refusedSettings } from './look'
import { migrate, pendingMigrations } from './migrate'
import { DatabaseRefusal, type Variable } from './refusal'
import { refusedTables } from './rights'
import type { DatabaseSession } from './session'

/** @throws SettingsError naming the variable, and no part of its value */
export function assertAddresses(addresses: Partial<Record<Variable, string>>): void {
  for (const [name, url] of Object.entries(addresses)) {
    const fault = faultOf(url)
    if (fault) throw new SettingsError(`${name}: ${fault}`)
  }
  if (new Set(Object.values(addresses).map(schemaOf)).size > 1)
    throw new SettingsError('DATABASE_DIRECT_URL: names another schema than DATABASE_URL')
}

/**
 * Migrates if the role may; if it may not, nothing must be missing.
 * @returns the migrations that were applied just now; null where the role is not the owner
 * @throws DatabaseRefusal, MigrationError
 */
export async function migrateAsOwner(
  url: string,
  variable: Variable,
  appUser: string | undefined,
): Promise<string[] | null> {
  const { session, found } = await openChecked(url, variable, 'clubkeys start')
  try {
    const pending = await pendingMigrations(
      async (sql) => (await session.query<Record<string, unknown>>(sql)).rows,
    ).catch(() => null)
    const { owns, tables } = await ownership(session, schemaOf(url))
    if (!owns) {
      if (tables && appUser !== undefined && found.role !== appUser && variable === 'DATABASE_DIRECT_URL')
        await assertAnotherOwner(session, url, appUser)
      // If the role cannot even read something, `assertServable` says so.
      if (pending && pending.length > 0) throw notMigrated(pending, found, variable)
      return null
    }
    if (found.pooled) {
      if (pending?.length === 0) return []
      throw new DatabaseRefusal(
        `${variable} leads through a pooler, and migrations need a session of their own: set DATABASE_DIRECT_URL to the server's own address.`,
      )
    }
    // Behind a pooler other code mends the settings; here no pooler dropped what was asked for.
    if (found.wrong.length > 0) throw refusedSettings(found, variable)
  } finally {
    await session.end().catch(() => {})
  }
  return (await migrate(url, { appUser })).applied
}

/** Whether the role may make tables here, and change the ones there are. */
async function ownership(
  session: DatabaseSession,
  schema: string,
): Promise<{ owns: boolean; tables: boolean }> {
  const { rows } = await session.query<{ owns: boolean | null; may: boolean }>(
    `SELECT (SELECT pg_has_role(c.relowner, 'USAGE') FROM pg_class c
              WHERE c.relnamespace = n.oid AND c.relname = '_prisma_migrations') AS owns,
            coalesce(has_schema_privilege(n.oid, 'CREATE'), has_database_privilege(current_database(), 'CREATE')) AS may
       FROM (SELECT 1) one LEFT JOIN pg_namespace n ON n.nspname = $1`,
    [schema],
  )
  const { owns = null, may = false } = rows[0] ?? {}
  return { owns: owns ?? may, tables: owns !== null }
}

/**
 * For an address for migrations whose role owns nothing, beside an app's role without rights: somebody else
 * restored the dump.
 */
async function assertAnotherOwner(session: DatabaseSession, url: string, appUser: string): Promise<void> {
  const { rows } = await session.query<{ usable: boolean | null }>(
    `SELECT has_table_privilege(r.oid, c.oid, 'SELECT') AS usable FROM pg_roles r, pg_class c
      WHERE r.rolname = $1 AND c.oid = to_regclass('"ApiKey"')`,
    [appUser],
  )
  if (rows[0]?.usable) return
  throw await refusedTables(session, schemaOf(url))
}

function notMigrated(pending: string[], { role }: Inspected, variable: Variable): DatabaseRefusal {
  return new DatabaseRefusal(
    `The database lacks migrations of this release (${pending.length}, the first is ${pending[0]}), and "${role}" of ${variable} may not apply them: run npm run migrate with the owner's address in DATABASE_DIRECT_URL.`,
  )
}
