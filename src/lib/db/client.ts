import { createHash } from 'node:crypto'
import { createCaslExtension } from '@casl/prisma/runtime'
import { PrismaPg } from '@prisma/adapter-pg'
import { env } from '../env'
import { PrismaClient } from './generated/client'

/** Named statements are planned once per connection. Bounded, since a server keeps every name it is given. */
const MAX_STATEMENT_NAMES = 500

function connect() {
  const { DATABASE_URL, DATABASE_POOL_SIZE, DATABASE_PREPARED_STATEMENTS } = env()
  if (!DATABASE_URL) throw new Error('DATABASE_URL is not set: start with `npm start`, which provides it')
  const adapter = new PrismaPg(
    {
      connectionString: DATABASE_URL,
      max: DATABASE_POOL_SIZE,
      connectionTimeoutMillis: 900,
      // Longer than any statement here takes, short enough that a stuck one gives its connection back.
      statement_timeout: 5_000,
      idle_in_transaction_session_timeout: 10_000,
      application_name: 'clubkeys',
    },
    DATABASE_PREPARED_STATEMENTS === 'on' ? { statementNameGenerator: statementNames() } : {},
  )
  // Without this extension a rule-less `accessibleBy` inside AND matches every row: it fails open.
  return new PrismaClient({ adapter }).$extends(createCaslExtension()) as unknown as PrismaClient
}

function statementNames() {
  const names = new Map<string, string>()
  return ({ sql }: { sql: string }) => {
    let name = names.get(sql)
    if (name === undefined) {
      if (names.size >= MAX_STATEMENT_NAMES) return ''
      name = `ck_${createHash('sha256').update(sql).digest('base64url').slice(0, 24)}`
      names.set(sql, name)
    }
    return name
  }
}

const shared = globalThis as typeof globalThis & { clubkeysDb?: PrismaClient | undefined }

/** The one Prisma client of this process. On `globalThis`, because the framework loads middleware and handlers as separate module instances. */
export function db(): PrismaClient {
  return (shared.clubkeysDb ??= connect())
}

/** Closes the client's connections; the next `db()` opens new ones. */
export async function closeDb(): Promise<void> {
  const client = shared.clubkeysDb
  shared.clubkeysDb = undefined
  await client?.$disconnect()
}

/** What a verb gets inside `db().$transaction(...)`. */
export type Transaction = Parameters<Parameters<PrismaClient['$transaction']>[0]>[0]
export { Prisma, type UserKind } from './generated/client'
