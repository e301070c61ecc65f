import { DatabaseRefusal } from './refusal'
import { outrunBy, RULES } from './rules'
import type { DatabaseSession } from './session'

type Newest = { rules: number; restriction: string }

/**
 * Called before anything is done to a database: a release that it has outrun would ignore restrictions.
 * @throws DatabaseRefusal naming both numbers
 */
export async function assertRules(session: DatabaseSession, schema: string): Promise<void> {
  const table = `${session.escapeIdentifier(schema)}."RulesFloor"`
  // Not yet migrated, or without the right to read it: other checks say so.
  const { rows: found } = await session.query<{ readable: boolean | null }>(
    `SELECT has_table_privilege(to_regclass($1), 'SELECT') AS readable`,
    [table],
  )
  if (!found[0]?.readable) return
  const { rows } = await session.query<Newest>(
    `SELECT "rules", "restriction" FROM ${table} ORDER BY "rules" DESC LIMIT 1`,
  )
  const [newest] = rows
  if (newest && newest.rules > RULES) throw new DatabaseRefusal(outrunBy(newest.rules, newest.restriction))
}
