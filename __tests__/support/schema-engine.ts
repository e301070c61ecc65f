import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { migrationNames, MIGRATIONS_FOLDER, readMigration } from '@/lib/db/migrations'

const NO_FILTER = { externalTables: [], externalEnums: [] }

/** The SQL that would turn the database into what schema.prisma says: empty when they agree. */
export function differenceToSchema(url: string): string {
  const file = path.resolve('prisma/schema.prisma')
  const schema = { path: file, content: readFileSync(file, 'utf8') }
  const { stdout } = ask<{ stdout: string }>(url, 'diff', {
    from: { tag: 'schemaDatasource', files: [schema], configDir: process.cwd() },
    to: { tag: 'schemaDatamodel', files: [schema] },
    script: true,
    exitCode: true,
    filters: NO_FILTER,
  })
  return stdout.replaceAll(/^--.*$/gm, '').trim()
}

type Diagnosis = {
  editedMigrationNames: string[]
  failedMigrationNames: string[]
  hasMigrationsTable: boolean
  history: unknown
}

/** What `prisma migrate status` goes by. `history` is null when database and folder are in step. */
export function diagnoseMigrations(url: string, folder = MIGRATIONS_FOLDER): Diagnosis {
  return ask<Diagnosis>(url, 'diagnoseMigrationHistory', {
    migrationsList: migrationsList(folder),
    optInToShadowDatabase: false,
    filters: NO_FILTER,
  })
}

/** `prisma migrate deploy`: the names of what it still had to apply. */
export function deployMigrations(url: string, folder = MIGRATIONS_FOLDER): string[] {
  return ask<{ appliedMigrationNames: string[] }>(url, 'applyMigrations', {
    migrationsList: migrationsList(folder),
    filters: NO_FILTER,
  }).appliedMigrationNames
}

function migrationsList(folder: string) {
  return {
    baseDir: folder,
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
    shadowDbInitScript: '',
    migrationDirectories: migrationNames(folder).map((name) => ({
      path: name,
      migrationFile: {
        path: 'migration.sql',
        content: { tag: 'ok', value: readMigration(name, folder).sql },
      },
    })),
  }
}

function ask<T>(url: string, method: string, params: unknown): T {
  const script = path.resolve('__tests__/support/schema-engine-process.mts')
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], {
    input: JSON.stringify({ url, method, params }),
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`the schema engine failed: ${stderr}`)
  return JSON.parse(stdout) as T
}
