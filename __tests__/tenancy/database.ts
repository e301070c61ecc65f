import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { ask } from '../support/embedded'
import { inOtherWords } from './words.cjs'

// The second tenancy's database: the same tables, and an enum of its own roles, as its schema has it.

/** Its generated client takes the place of ours (jest.config.ts). */
const CLIENT = path.resolve('node_modules/.cache/clubkeys-second/generated')

/** Gives the roles in a migrated database their other names; what functions say of them, too. */
export async function renameRoles(directUrl: string): Promise<void> {
  for (const role of ['CLUB_ADMIN', 'COACH', 'ATHLETE'])
    await ask(directUrl, `ALTER TYPE "Role" RENAME VALUE '${role}' TO '${inOtherWords(role)}'`)
  const functions = await ask<{ text: string }>(
    directUrl,
    `SELECT pg_get_functiondef(oid) AS text FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosrc LIKE '%CLUB_ADMIN%'`,
  )
  for (const { text } of functions) await ask(directUrl, inOtherWords(text))
}

/** As its own app would: from a schema whose enum has its roles. */
export function generateClient(): void {
  const folder = path.dirname(CLIENT)
  mkdirSync(folder, { recursive: true })
  const schema = inOtherWords(readFileSync('prisma/schema.prisma', 'utf8')).replace(
    '"../src/lib/db/generated"',
    JSON.stringify(CLIENT),
  )
  const file = path.join(folder, 'schema.prisma')
  writeFileSync(file, schema)
  const { status, stderr } = spawnSync(
    process.execPath,
    ['node_modules/prisma/build/index.js', 'generate', '--schema', file],
    {
      encoding: 'utf8',
      // Any file will do: nothing here runs the schema engine.
      env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: '1' },
    },
  )
  if (status !== 0) throw new Error(`no client for the second tenancy: ${stderr}`)
}
