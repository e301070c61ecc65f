import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { startEmbedded } from '@/lib/db/embedded'
import { migrate } from '@/lib/db/migrate'
import { migrationNames, MIGRATIONS_FOLDER } from '@/lib/db/migrations'
import { differenceToSchema } from '../__tests__/support/schema-engine'
import { temporaryFolder } from '../__tests__/support/temporary'
import { explain } from './start/explain'

// `npm run migration -- NAME`: writes the migration that makes of the database what schema.prisma says. A
// database of its own is made for it and thrown away; nothing is downloaded, and no other one is asked.

void main().catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`)
  process.exitCode = 1
})

async function main(): Promise<void> {
  const [name = ''] = process.argv.slice(2)
  if (!/^[a-z][a-z0-9_]*$/.test(name)) return stop(2, 'usage: npm run migration -- NAME, as add_facilities')
  const sql = await difference()
  if (sql === '') return stop(1, 'Nothing to write: the migrations make what prisma/schema.prisma says.')
  const folder = path.join(MIGRATIONS_FOLDER, `${nextNumber()}_${name}`)
  mkdirSync(folder)
  writeFileSync(path.join(folder, 'migration.sql'), [sql, ...tenantTables(sql), ''].join('\n'))
  process.stdout.write(
    `Written: ${path.relative('', folder)}/migration.sql. Read it, and add what Prisma cannot say.\n`,
  )
}

function stop(code: number, line: string): void {
  process.stderr.write(`${line}\n`)
  process.exitCode = code
}

async function difference(): Promise<string> {
  const folder = temporaryFolder()
  const postgres = await startEmbedded(folder)
  try {
    await migrate(postgres.directUrl)
    return differenceToSchema(postgres.directUrl)
  } finally {
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Later than every other, whatever the clock says: they are applied in the order of their names. */
function nextNumber(): string {
  const now = new Date().toISOString().replace(/\D/g, '').slice(0, 14)
  const last = migrationNames(MIGRATIONS_FOLDER).at(-1)?.slice(0, 14) ?? ''
  return now > last ? now : String(BigInt(last) + 1n)
}

/** A new table of the clubs' is kept in them by the database itself, and opened to the app. */
function tenantTables(sql: string): string[] {
  const made = [...sql.matchAll(/CREATE TABLE "(\w+)" \(([^;]*)\);/g)]
  const names = made.filter(([, , columns]) => columns?.includes('"clubId"')).map(([, name]) => name)
  return names.map((name) => `\nSELECT tenant_table('"${name}"');`)
}
