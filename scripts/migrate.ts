import { parseArgs } from 'node:util'
import { userOf } from '@/lib/db/address'
import { assertAddresses, migrateAsOwner } from '@/lib/db/migrate-as-owner'
import { provision } from '@/lib/db/provision'
import { DatabaseRefusal } from '@/lib/db/refusal'
import { readEnvFiles } from './environment'
import { explain } from './start/explain'

// `npm run migrate`: applies the missing migrations of this release and gives the app's role its rights, as
// the owner. A step of its own, so that no serving process needs the owner's password. --role NAME: the app's
// role, where DATABASE_URL does not name it.

void main().catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`)
  process.exitCode = 1
})

async function main(): Promise<void> {
  readEnvFiles()
  const { role } = parseArgs({ options: { role: { type: 'string' } } }).values
  const applied = await run(role)
  process.stdout.write(
    applied.length === 0
      ? 'Nothing to apply.\n'
      : `Applied:\n${applied.map((name) => `  ${name}\n`).join('')}`,
  )
}

async function run(role: string | undefined): Promise<string[]> {
  const { DATABASE_URL: url, DATABASE_DIRECT_URL: direct } = process.env
  if (!url && !direct) return embedded()
  assertAddresses({ ...(url && { DATABASE_URL: url }), ...(direct && { DATABASE_DIRECT_URL: direct }) })
  const variable = direct ? 'DATABASE_DIRECT_URL' : 'DATABASE_URL'
  const applied = await migrateAsOwner(direct || url || '', variable, role ?? (url ? userOf(url) : undefined))
  if (applied === null)
    throw new DatabaseRefusal(
      `Nothing is missing, but the role of ${variable} owns no table here, so it can give no rights: use the owner's.`,
    )
  return applied
}

async function embedded(): Promise<string[]> {
  const database = await provision(process.env)
  await database.stop()
  return database.applied
}
