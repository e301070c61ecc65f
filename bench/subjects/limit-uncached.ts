import { hash } from 'node:crypto'
import { Pool } from 'pg'
import type { Prepare } from '../support/subject'

type Row = {
  expiresAt: Date | null
  disabledAt: Date | null
  revokedAt: Date | null
  status: string
  userDisabledAt: Date | null
}

/**
 * The least that a verification with one statement can cost through this driver: everything we ask for, in
 * one named join.
 */
export const prepare: Prepare = async ({ databaseUrl, tokens }) => {
  const pool = new Pool({ connectionString: databaseUrl, max: 20 })
  const text = `
    SELECT k."id", k."name", k."clubId", k."userId", k."scopes", k."expiresAt", k."disabledAt", k."revokedAt",
           m."status", m."roles"::text[] AS "roles", u."disabledAt" AS "userDisabledAt"
      FROM "ApiKey" k JOIN "Membership" m ON m."clubId"::text = k."clubId" AND m."userId"::text = k."userId" JOIN "User" u ON u."id" = m."userId"
     WHERE k."digest" = $1`
  const verify = async (token: string) => {
    const { rows } = await pool.query<Row>({
      name: 'verify',
      text,
      values: [hash('sha256', token, 'buffer')],
    })
    const [row] = rows
    if (!row || row.revokedAt || row.disabledAt || row.userDisabledAt || row.status !== 'ACTIVE') return false
    return !row.expiresAt || row.expiresAt.getTime() > Date.now()
  }
  return { verify, tokens }
}
