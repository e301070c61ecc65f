import path from 'node:path'
import { keepSecret } from '@/lib/db/embedded/secrets'
import type { Provisioned } from '@/lib/db/provision'
import { openSession } from '@/lib/db/session'
import type { Demo } from '../../prisma/seed'
import { databaseEnvironment } from '../environment'

/** 120 random bits: for a person to paste, out of reach of any guessing. */
const PASSWORD_BYTES = 15

/**
 * Fills an empty embedded database with the demo. A database of your own stays as it is.
 * @returns the demo that was made just now; null otherwise
 */
export async function prepareDemo(database: Provisioned): Promise<Demo | null> {
  if (!database.embedded || (await countClubs(database)) > 0) return null
  return seed(database)
}

/** Fills a database with the demo, whichever it is. */
export async function seed(database: Provisioned): Promise<Demo> {
  Object.assign(process.env, databaseEnvironment(database))
  // Only now: the client reads its address once.
  const { seedDemo } = await import('../../prisma/seed')
  const { closeDb } = await import('@/lib/db/client')
  try {
    const { secrets } = database
    return await (secrets
      ? seedDemo((email) => keepSecret(secrets, `password-of-${email}`, PASSWORD_BYTES))
      : seedDemo())
  } finally {
    await closeDb()
  }
}

export async function countClubs(database: Provisioned): Promise<number> {
  const [row] = await ask<{ clubs: number }>(database, 'SELECT count(*)::int AS clubs FROM "Club"')
  return row?.clubs ?? 0
}

/** What somebody needs to know for the first request. */
export async function greet(database: Provisioned, url: string, demo: Demo | null): Promise<void> {
  const lines = [`clubkeys is up: ${url}`]
  if (database.embedded) lines.push(...(await peopleOf(database)))
  else if ((await countClubs(database)) === 0)
    lines.push(
      '',
      'The database has no clubs yet. Create one:',
      `  npm run -s clubs -- create --slug SLUG --name NAME --admin EMAIL`,
    )
  if (demo) lines.push('', ...aboutDemo(url, demo))
  if (database.secrets) lines.push('', ...aboutLater(path.relative('.', database.secrets)))
  process.stdout.write(`\n${lines.join('\n')}\n\n`)
}

/** What helps whoever did not copy what the first start showed. */
const aboutLater = (secrets: string): string[] => [
  `Their first passwords are in ${secrets}. Another key:`,
  '  npm run -s keys -- create --club demo --user coach@demo.test --name NAME --scope practices:read',
]

/** What is shown of a new demo, this once. */
export function aboutDemo(url: string, { key, people }: Demo): string[] {
  return [
    `Sign in at ${url}/sign-in with one of these passwords:`,
    ...people.map(({ email, password }) => `  ${email.padEnd(18)} ${password}`),
    '',
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
  return [
    '',
    'The demo’s people:',
    ...people.map(({ email, club, roles }) => `  ${email.padEnd(18)} ${club.padEnd(6)} ${roles}`),
  ]
}

async function ask<Row extends object>({ databaseUrl }: Provisioned, sql: string): Promise<Row[]> {
  const session = await openSession({ connectionString: databaseUrl, application_name: 'clubkeys start' })
  try {
    return (await session.query<Row>(sql)).rows
  } finally {
    await session.end().catch(() => {})
  }
}
