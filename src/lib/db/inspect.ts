import type { DatabaseSession } from './session'
import { isOnlyChecked, requiredSettings } from './session-settings'

/** A setting that is not as we rely on it. */
type WrongSetting = { name: string; is: string; mustBe: string }

export type Inspected = {
  /** As `server_version_num`. */
  version: number
  /** There is a pooler between us and the server, with sessions of its own. */
  pooled: boolean
  /** A standby, which takes no writes. */
  inRecovery: boolean
  /** Writing is forbidden for this role, database or server. */
  readOnly: boolean
  role: string
  database: string
  superuser: boolean
  wrong: WrongSetting[]
}

type Row = Omit<Inspected, 'pooled' | 'wrong'> & { pid: number; settings: Record<string, string> }

/** What a session really is, as its server says: a pooler may have silently dropped what we asked for. */
export async function inspect(session: DatabaseSession, schema: string): Promise<Inspected> {
  const required = requiredSettings(schema)
  const { rows } = await session.query<Row>(
    `SELECT current_setting('server_version_num')::int AS version, pg_backend_pid() AS pid,
            pg_is_in_recovery() AS "inRecovery", current_setting('default_transaction_read_only') = 'on' AS "readOnly",
            current_user::text AS role, current_database()::text AS database,
            (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS superuser,
            (SELECT json_object_agg(name, setting) FROM pg_settings WHERE name = ANY($1)) AS settings`,
    [Object.keys(required)],
  )
  const [row] = rows
  if (!row) throw new Error('the database answered nothing')
  const { pid, settings, ...found } = row
  // A pooler makes up the process id that it tells its clients.
  const pooled = session.place.pooled || (session as unknown as { processID: number }).processID !== pid
  Object.assign(session.place, { pooled, version: found.version })
  const wrong = Object.entries(required)
    .map(([name, mustBe]) => ({ name, is: settings[name] ?? '', mustBe }))
    .filter(({ is, mustBe }) => plain(is) !== plain(mustBe))
  return { ...found, pooled, wrong }
}

/** The server writes lists with or without quotes and spaces. */
export const plain = (value: string) => value.replace(/["\s]/g, '')

/** What an operator runs once, so that every session of the role begins with the right settings. */
export function remedy(wrong: readonly WrongSetting[], { role, database }: Inspected): string {
  const quote = (name: string) => `"${name.replaceAll('"', '""')}"`
  return wrong
    .filter(({ name }) => name !== 'server_encoding')
    .map(({ name, mustBe }) => {
      const value = name === 'search_path' ? mustBe : `'${mustBe}'`
      return `ALTER ROLE ${quote(role)} IN DATABASE ${quote(database)} SET ${name} = ${value};`
    })
    .join(' ')
}

/** Whether the role can put it right by itself. */
export const canBePinned = (wrong: readonly WrongSetting[]): boolean =>
  wrong.every(({ name }) => !isOnlyChecked(name))
