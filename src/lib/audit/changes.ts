import type { AuditEvent } from '@/contracts/audit-event'

/** What an act set, by field: what it was and what it is. null: there was, or is, nothing. */
export type Changes = AuditEvent['changes']

/** `{ from, to }` of the fields that differ, for an update's audit row. */
export function difference<Row extends Record<string, unknown>>(before: Partial<Row>, after: Row): Changes {
  const changes: Changes = {}
  for (const field of Object.keys(after)) {
    const [from, to] = [asJson(before[field]), asJson(after[field])]
    if (JSON.stringify(from) !== JSON.stringify(to)) changes[field] = { from, to }
  }
  return changes
}

/**
 * What an act set where there was nothing before, for an audit row: a new thing's fields, a reason, whom it
 * concerns.
 */
export const stated = (fields: Record<string, unknown>): Changes =>
  Object.fromEntries(
    Object.entries(fields).map(([field, value]) => [field, { from: null, to: asJson(value) }]),
  )

/** What an act ended, for an audit row: there is nothing afterwards. */
export const gone = (fields: Record<string, unknown>): Changes =>
  Object.fromEntries(
    Object.entries(fields).map(([field, value]) => [field, { from: asJson(value), to: null }]),
  )

const asJson = (value: unknown): unknown => (value instanceof Date ? value.toISOString() : (value ?? null))

/**
 * The changes of a row as answers give them. Nobody can rewrite the log, and a newer release beside this one
 * may add to it: what it writes in another form is shown as it stands, and hides no other row.
 */
export function readChanges(kept: unknown): Changes {
  if (typeof kept !== 'object' || kept === null) return {}
  return Object.fromEntries(
    Object.entries(kept).map(([field, value]: [string, unknown]) => [
      field,
      isChange(value) ? value : { from: null, to: value },
    ]),
  )
}

const isChange = (value: unknown): value is Changes[string] =>
  typeof value === 'object' &&
  value !== null &&
  Object.keys(value).length === 2 &&
  'from' in value &&
  'to' in value
