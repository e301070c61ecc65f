import { Client } from 'pg'
import type { Provisioned } from '@/lib/db/provision'
import { databaseEnvironment } from '../environment'

/** The key of a demo that was made just now; null otherwise. */
export type FirstKey = string | null

/** Fills an empty embedded database with the demo. A database of your own stays as it is. */
export async function prepareDemo(database: Provisioned): Promise<FirstKey> {
  if (!database.embedded || (await countClubs(database)) > 0) return null
  return seed(database)
}

/** Fills a database with the demo, whichever it is. */
export async function seed(database: Provisioned): Promise<string> {
  Object.assign(process.env, databaseEnvironment(database))
  // Only now: the client reads its address once.
  const { seedDemo } = await import('../../prisma/seed')
  const { closeDb } = await import('@/lib/db/client')
  try {
    return (await seedDemo()).key
  } finally {
    await closeDb()
  }
}

export async function countClubs(database: Provisioned): Promise<number> {
  const [row] = await ask<{ clubs: number }>(database, 'SELECT count(*)::int AS clubs FROM "Club"')
  return row?.clubs ?? 0
}

/** What somebody needs to know for the first request. */
export async function greet(database: Provisioned, url: string, key: FirstKey): Promise<void> {
  const lines = [`clubkeys is up: ${url}`]
  if (database.embedded) lines.push(...(await peopleOf(database)))
  else if ((await countClubs(database)) === 0)
    lines.push('', 'The database has no clubs yet. Create one:', `  npm run -s clubs -- create --slug SLUG --name NAME --admin EMAIL`)
  if (key) lines.push('', ...aboutKey(url, key))
  process.stdout.write(`\n${lines.join('\n')}\n\n`)
}

export function aboutKey(url: string, key: string): string[] {
  return [
    'A key that reads practices for 24 hours, shown only this once:',
    `  curl -H 'Authorization: Bearer ${key}' ${url}/api/v1/practices`,
  ]
}

async function peopleOf(database: Provisioned): Promise<string[]> {
  const people = await ask<{ email: string; club: string; roles: string }>(
    database,
    `SELECT u.email, c.slug AS club, array_to_string(m.roles, ', ') AS roles
       FROM "User" u JOIN "Membership" m ON m."userId" = u.id JOIN "Club" c ON c.id = m."clubId"
      WHERE u.email LIKE '%@demo.test' OR u.email LIKE '%@rival.test' ORDER BY c.slug, u.email`,
  )
  if (people.length === 0) return []
  return ['', 'The demo’s people:', ...people.map(({ email, club, roles }) => `  ${email.padEnd(18)} ${club.padEnd(6)} ${roles}`)]
}

async function ask<Row extends object>({ databaseUrl }: Provisioned, sql: string): Promise<Row[]> {
  const client = new Client({ connectionString: databaseUrl, application_name: 'clubkeys start' })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query<Row>(sql)).rows
  } finally {
    await client.end().catch(() => {})
  }
}
