import { createHash } from 'node:crypto'
import { createCaslExtension } from '@casl/prisma/runtime'
import { PrismaPg } from '@prisma/adapter-pg'
import type { Pool, QueryResultRow } from 'pg'
import { settings } from '../settings'
import { schemaOf } from './address'
import { doingAfterCommit } from './after-commit'
import { PrismaClient } from './generated/client'
import type { Role as StoredRole } from './generated/enums'
import { openPool } from './pool'
import { placeAt } from './session'

/** Named statements are planned once per connection. Bounded, since a server keeps every name it is given. */
const MAX_STATEMENT_NAMES = 500

function connect() {
  const schema = schemaOf(settings().db.url ?? '')
  const adapter = new PrismaPg(pool(), {
    schema,
    statementNameGenerator: statementNames(),
  })
  // Without this extension a rule-less `accessibleBy` inside AND matches every row: it fails open.
  const client = new PrismaClient({ adapter }).$extends(createCaslExtension()) as unknown as PrismaClient
  const $transaction = doingAfterCommit((work, options) => client.$transaction(work, options))
  return client.$extends({ client: { $transaction } }) as unknown as PrismaClient
}

/** A pooler may hand the next statement to a session that knows none of our names. */
function keepsStatements(preparedStatements: 'on' | 'off' | undefined, url = ''): boolean {
  return preparedStatements ? preparedStatements === 'on' : !placeAt(url).pooled
}

function statementNames() {
  const { preparedStatements, url = '' } = settings().db
  const names = new Map<string, string>()
  return ({ sql }: { sql: string }) => {
    // Asked each time: that a pooler stands between may be found out later.
    if (!keepsStatements(preparedStatements, url)) return ''
    let name = names.get(sql)
    if (name === undefined) {
      if (names.size >= MAX_STATEMENT_NAMES) return ''
      name = `ck_${createHash('sha256').update(sql).digest('base64url').slice(0, 24)}`
      names.set(sql, name)
    }
    return name
  }
}

const shared = globalThis as typeof globalThis & {
  clubkeysDb?: PrismaClient | undefined
  clubkeysPool?: Pool | undefined
}

/** The connections of this process: for `db()`, and for the few statements past it. */
export const pool = (): Pool => (shared.clubkeysPool ??= openPool())

/**
 * The one Prisma client of this process. On `globalThis`, because the framework loads middleware and handlers
 * as separate module instances.
 */
export function db(): PrismaClient {
  return (shared.clubkeysDb ??= connect())
}

/**
 * One prepared statement on the client's own connections, past the client, which makes it three times as
 * slow. For the one query that every uncached request waits for. It knows no club and no ability: everything
 * else reads through `db()`.
 */
export async function readDirectly<Row extends QueryResultRow>(
  name: string,
  text: string,
  values: unknown[],
): Promise<Row[]> {
  const { preparedStatements, url } = settings().db
  const isNamed = keepsStatements(preparedStatements, url)
  const { rows } = await pool().query<Row>({ ...(isNamed && { name }), text, values })
  return rows
}

/** Closes the client's connections; the next `db()` opens new ones. */
export async function closeDb(): Promise<void> {
  const { clubkeysDb: client, clubkeysPool: connections } = shared
  shared.clubkeysDb = shared.clubkeysPool = undefined
  await client?.$disconnect()
  await connections?.end()
}

/** Roles on their way into the database, which has an enum of them. */
export const storedRoles = (roles: readonly string[]) => [...roles] as StoredRole[]

/** What a verb gets inside `db().$transaction(...)`. */
export type Transaction = Parameters<Parameters<PrismaClient['$transaction']>[0]>[0]
export type { StoredRole }

export { Prisma, type OwnerKind, type UserKind } from './generated/client'
