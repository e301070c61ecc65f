import { Refusal } from '@/lib/errors'
import { db, type Transaction } from '@/lib/db/client'
import { isOutage } from '@/lib/db/outage'
import { RIGHTS } from '@/lib/db/rights'
import { hasMet, isTaken } from '@/lib/db/taken'
import type { TokenTable } from '@/lib/import/adopt'
import type { Columns } from '@/lib/import/layout'
import type { Cells, Field } from '@/lib/import/row'

/** How a column of this type is read as text; others as they are printed. */
const AS_TEXT: Record<string, (column: string) => string> = {
  // Most apps keep UTC in it.
  'timestamp without time zone': (column) => `(${column} AT TIME ZONE 'UTC')::text`,
  'text[]': (column) => `array_to_string(${column}, ' ')`,
  'character varying[]': (column) => `array_to_string(${column}, ' ')`,
}

/** Of the table's file, in one transaction: some hundred rows, for which the app's own changes wait. */
const PAGES = 4

type Column = { name: string; quoted: string; type: string; required: boolean }

/**
 * A table of the app's own, by the names that its catalogue has: nothing that was typed becomes SQL. Rows are
 * found by where they stand (`ctid`): by the token itself, it would stand in the server's log. In this table
 * alone: rows of two that inherit from it may stand in the same place, each in its own file.
 * @param clears whether tokens are to be set to NULL
 * @throws Refusal
 */
export async function openTokenTable(
  named: string,
  columns: Columns,
  clears: boolean,
): Promise<TokenTable & { quoted: string }> {
  const { oid, quoted } = await findTable(named)
  const there = await columnsOf(oid)
  const column = (name: string): Column => {
    const found = there.find((one) => one.name === name)
    if (!found) throw new Refusal('not_found', `The table ${quoted} has no column ${name}.`)
    return found
  }
  const read = Object.entries(columns).map(([field, name]) => ({
    field: field as Field,
    column: column(name),
  }))
  const token = column(columns.token ?? '').quoted
  if (clears && column(columns.token ?? '').required)
    throw new Refusal(
      'conflict',
      `First allow NULL: ALTER TABLE ${quoted} ALTER COLUMN ${token} DROP NOT NULL;`,
    )
  await requireRights(oid, quoted, token, clears)
  await requireOneOwner(quoted, token, column(columns.owner ?? '').quoted)
  const wanted = read
    .map(
      ({ field, column: { quoted: name, type } }) =>
        `${(AS_TEXT[type] ?? ((text: string) => `${text}::text`))(name)} AS "${field}"`,
    )
    .join(', ')
  const hold = clears ? 'FOR UPDATE' : ''
  return {
    quoted,
    take: async (tx, from) => {
      const rows = await tx.$queryRawUnsafe<({ place: string } & Record<string, string | null>)[]>(
        `SELECT ctid::text AS "place", ${wanted} FROM ONLY ${quoted} WHERE ${token} IS NOT NULL AND ctid >= $1::text::tid AND ctid < $2::text::tid ${hold}`,
        `(${from},0)`,
        `(${from + PAGES},0)`,
      )
      const [end] = await tx.$queryRaw<{ pages: number }[]>`
        SELECT (pg_relation_size(${oid}::int::oid::regclass) / current_setting('block_size')::int)::int AS "pages"`
      const next = from + PAGES < (end?.pages ?? 0) ? from + PAGES : null
      return { rows: rows.map(({ place, ...cells }) => ({ place, cells: present(cells) })), next }
    },
    clear: async (tx: Transaction, places) => {
      const sql = `UPDATE ONLY ${quoted} SET ${token} = NULL WHERE ctid = ANY ($1::text[]::tid[])`
      await tx.$executeRawUnsafe(sql, places).catch((error: unknown) => {
        throw isOutage(error) || (hasMet(error) && !isTaken(error)) ? error : keepsTokens(quoted, token)
      })
    },
    count: async () => {
      const [row] = await db().$queryRawUnsafe<{ count: bigint }[]>(
        `SELECT count(*) FROM ONLY ${quoted} WHERE ${token} IS NOT NULL`,
      )
      return Number(row?.count ?? 0)
    },
  }
}

/** Not in the server's words: a trigger of the app's may have put the row into them. */
const keepsTokens = (quoted: string, token: string) =>
  new Refusal(
    'conflict',
    `${quoted} does not let ${token} become NULL: a constraint, a trigger or a generated column forbids it. The rows of this batch are as they were; --keep-plaintext imports without clearing.`,
  )

async function findTable(named: string): Promise<{ oid: number; quoted: string }> {
  const [found] = await db().$queryRaw<{ oid: number; quoted: string; kind: string; ours: boolean }[]>`
    SELECT c.oid::int AS "oid", format('%I.%I', n.nspname, c.relname) AS "quoted", c.relkind::text AS "kind",
           c.relnamespace = current_schema()::regnamespace AND c.relname = ANY (${Object.keys(RIGHTS)}) AS "ours"
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
       AND (c.relname = ${named} AND pg_table_is_visible(c.oid) OR n.nspname || '.' || c.relname = ${named}) LIMIT 1`
  if (!found)
    throw new Refusal(
      'not_found',
      `The database has no table ${named}, or its schema is not shown: write schema.table.`,
    )
  if (found.kind !== 'r' || found.ours)
    throw new Refusal('conflict', `${found.quoted} is no table of the app's own.`)
  return found
}

const columnsOf = (oid: number) =>
  db().$queryRaw<Column[]>`
    SELECT attname::text AS "name", quote_ident(attname) AS "quoted", format_type(atttypid, NULL) AS "type", attnotnull AS "required"
      FROM pg_attribute WHERE attrelid = ${oid}::int::oid AND attnum > 0 AND NOT attisdropped`

/** With the SQL that gives them, where the table is somebody else's. */
async function requireRights(oid: number, quoted: string, token: string, clears: boolean): Promise<void> {
  const [held] = await db().$queryRaw<{ reads: boolean; clears: boolean; us: string }[]>`
    SELECT has_table_privilege(${oid}::int::oid, 'SELECT') AS "reads", has_any_column_privilege(${oid}::int::oid, 'UPDATE') AS "clears",
           quote_ident(current_user) AS "us"`
  if (held?.reads && (held.clears || !clears)) return
  throw new Refusal(
    'forbidden',
    `For the time of this, as the table's owner: GRANT SELECT${clears ? `, UPDATE (${token})` : ''} ON ${quoted} TO ${held?.us ?? ''};`,
  )
}

async function requireOneOwner(quoted: string, token: string, owner: string): Promise<void> {
  const [row] = await db().$queryRawUnsafe<{ count: bigint }[]>(
    `SELECT count(*) FROM (SELECT 1 FROM ONLY ${quoted} WHERE ${token} IS NOT NULL GROUP BY ${token} HAVING count(DISTINCT ${owner}) > 1) AS shared`,
  )
  if (Number(row?.count ?? 0) > 0)
    throw new Refusal(
      'conflict',
      `In ${quoted}, ${row?.count} tokens stand for more than one owner each: say first whose they are.`,
    )
}

function present(values: Record<string, string | null>): Cells {
  return Object.fromEntries(
    Object.entries(values).flatMap(([field, value]) => (value?.trim() ? [[field, value.trim()]] : [])),
  )
}
