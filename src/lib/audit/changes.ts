import type { AuditEvent } from '@/contracts/audit-event'

/** What an act changed: the old and the new value of each field. null: there was, or is, nothing. */
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

/** The fields of a new thing, for an audit row; or a reason, or whom it concerns. */
export const stated = (fields: Record<string, unknown>): Changes =>
  Object.fromEntries(
    Object.entries(fields).map(([field, value]) => [field, { from: null, to: asJson(value) }]),
  )

/** The fields of a thing that is gone, for an audit row. */
export const gone = (fields: Record<string, unknown>): Changes =>
  Object.fromEntries(
    Object.entries(fields).map(([field, value]) => [field, { from: asJson(value), to: null }]),
  )

const asJson = (value: unknown): unknown => (value instanceof Date ? value.toISOString() : (value ?? null))

/**
 * The changes of a row, as answers show them. Nobody can rewrite the log, and a newer release may write to it
 * in another form. Such a row is shown as it is, and hides no other row.
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
