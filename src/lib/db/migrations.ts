import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

export type Migration = { name: string; sql: string; checksum: string }

export type Query = (sql: string) => Promise<Record<string, unknown>[]>

/** `next start`, the scripts and the tests all run in the project's folder. */
export const MIGRATIONS_FOLDER = path.join(process.cwd(), 'prisma', 'migrations')

/** In the order of their names, which begin with a time: the order Prisma applies them in. */
export function migrationNames(folder?: string): string[] {
  // Spelled out, so that the bundler ships this folder and not, for want of knowing which, the whole project.
  const entries = folder
    ? readdirSync(/* turbopackIgnore: true */ folder, { withFileTypes: true })
    : readdirSync(path.join(process.cwd(), 'prisma', 'migrations'), { withFileTypes: true })
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
}

export function readMigration(name: string, folder = MIGRATIONS_FOLDER): Migration {
  const sql = readFileSync(/* turbopackIgnore: true */ path.join(folder, name, 'migration.sql'), 'utf8')
  return { name, sql, checksum: sha256(sql) }
}

/** A checkout may have changed the line ends; Prisma lets that pass, too. */
export function hasChecksum({ sql }: Migration, checksum: string): boolean {
  const unix = sql.replaceAll('\r\n', '\n')
  return [sql, unix, unix.replaceAll('\n', '\r\n')].some((text) => sha256(text) === checksum)
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/**
 * The migrations this release expects and the database lacks. For the readiness probe: one statement, and the
 * app's role may ask it.
 */
export async function pendingMigrations(query: Query, folder?: string): Promise<string[]> {
  const applied = new Set((await appliedRows(query)).map((row) => row['migration_name']))
  return migrationNames(folder).filter((name) => !applied.has(name))
}

async function appliedRows(query: Query): Promise<Record<string, unknown>[]> {
  try {
    return await query(
      'SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
    )
  } catch (error) {
    if (isMissingTable(error)) return []
    throw error
  }
}

/** 42P01 (undefined_table), as pg reports it and as Prisma wraps it. */
function isMissingTable(error: unknown): boolean {
  const { code, meta } = error as { code?: string; meta?: { code?: string } }
  return (
    code === '42P01' ||
    meta?.code === '42P01' ||
    /relation "_prisma_migrations" does not exist|42P01/.test(String(error))
  )
}
