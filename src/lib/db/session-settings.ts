/**
 * Whatever a server, a database or a role can set for a session and our statements, triggers or parsers rely
 * on. Prisma's adapter drops the offset of every time it reads or writes: in any zone but UTC keys would live
 * hours too long, or be dead at birth.
 *
 * Not among them: `default_transaction_read_only`. Providers set it when a disk is full; to write all the
 * same would be worse than to say 503.
 */

/** Poolers keep these for each client (PgBouncer: "track"), so that they hold in every pooling mode. */
export const KEPT_BY_POOLERS = {
  TimeZone: 'UTC',
  DateStyle: 'ISO, MDY',
  standard_conforming_strings: 'on',
} as const

/** A pooler neither passes these on nor keeps them. */
const OTHERS = {
  IntervalStyle: 'postgres',
  bytea_output: 'hex',
  extra_float_digits: '1',
  array_nulls: 'on',
  backslash_quote: 'safe_encoding',
  transform_null_equals: 'off',
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  // What was acknowledged survives a kill (G8).
  synchronous_commit: 'on',
  // An error would end the whole session.
  exit_on_error: 'off',
  row_security: 'on',
  gin_fuzzy_search_limit: '0',
  check_function_bodies: 'on',
} as const

/** What makes nothing wrong, only slow or short-lived: behind a pooler it may stay as it is. */
const COMFORT = {
  lock_timeout: '0',
  idle_session_timeout: '0',
  plan_cache_mode: 'auto',
} as const

/**
 * No ordinary role may set this for itself, so it is only checked: `replica` switches off every trigger, and
 * with them the rules that the database holds.
 */
const ONLY_CHECKED = { session_replication_role: 'origin', server_encoding: 'UTF8' } as const

/** Since Postgres 17; an older one refuses a session that names it. */
const COMFORT_SINCE_17 = { transaction_timeout: '0' } as const

/** Whether a server refuses a session because of one of these: an older one does not know them all. */
export const namesOneOfOurs = (message: string): boolean =>
  Object.keys({ ...OTHERS, ...COMFORT, ...COMFORT_SINCE_17 }).some((name) => message.includes(`"${name}"`))

export type SessionLimits = { statementTimeoutMs?: number; idleInTransactionMs?: number }

/**
 * For the startup packet of a session that leads straight to the server, or to a pooler that passes it on.
 * @param version as `server_version_num`; 0 while it is unknown
 */
export function startupOptions(schema: string, limits: SessionLimits, version: number): string {
  const settings: Record<string, string> = {
    ...OTHERS,
    ...COMFORT,
    ...(version >= 170000 && COMFORT_SINCE_17),
    search_path: searchPath(schema),
    statement_timeout: String(limits.statementTimeoutMs ?? 0),
    idle_in_transaction_session_timeout: String(limits.idleInTransactionMs ?? 0),
  }
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value.replace(/[\\\s]/g, '\\$&')}`)
    .join(' ')
}

/** What a session must have, by the names of `pg_settings`. */
export const requiredSettings = (schema: string): Record<string, string> => ({
  ...KEPT_BY_POOLERS,
  ...OTHERS,
  ...ONLY_CHECKED,
  search_path: searchPath(schema),
})

/** What a role can be given for good, for sessions that cannot ask for it. */
export const rolesSettings = (schema: string): Record<string, string> => ({
  ...KEPT_BY_POOLERS,
  ...OTHERS,
  ...COMFORT,
  search_path: searchPath(schema),
})

export const isOnlyChecked = (name: string): boolean => Object.hasOwn(ONLY_CHECKED, name)

/**
 * Temporary tables come last: otherwise a role that may make one could put it in the place of one of ours.
 */
const searchPath = (schema: string) => `"${schema.replaceAll('"', '""')}", pg_temp`
