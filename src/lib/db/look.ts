import { schemaOf } from './address'
import { assertRules } from './assert-rules'
import { canBePinned, inspect, plain, remedy, type Inspected } from './inspect'
import { isOutage, sessionEnded } from './outage'
import { DatabaseRefusal, refusedConnection, type Variable } from './refusal'
import { openSession, type DatabaseSession } from './session'
import { rolesSettings } from './session-settings'

/** The oldest release of Postgres that we are tested with. */
const OLDEST = 15

/** For each question about a session and its database; a working server answers at once. */
const ANSWER_PATIENCE_MS = 3_000

/**
 * Opens a session and checks that it is one to work in.
 * @throws DatabaseRefusal when there is none, or its server cannot be used
 */
export async function openChecked(url: string, variable: Variable, purpose: string) {
  const session = await openSession({
    connectionString: url,
    application_name: purpose,
    query_timeout: ANSWER_PATIENCE_MS,
  }).catch((error: unknown) => {
    throw refusedConnection(error, variable)
  })
  try {
    const found = await inspect(session, schemaOf(url))
    refuse(found, variable)
    await assertRules(session, schemaOf(url))
    return { session, found }
  } catch (error) {
    await session.end().catch(() => {})
    throw asRefusal(error, variable)
  }
}

/** The server let us in and then said no more: behind a pooler the server itself may be gone. */
const asRefusal = (error: unknown, variable: Variable) =>
  error instanceof DatabaseRefusal || !isOutage(error) ? error : refusedConnection(error, variable)

/** @throws DatabaseRefusal for what no setting of ours mends */
function refuse(found: Inspected, variable: Variable): void {
  const { version, inRecovery, readOnly } = found
  if (version < OLDEST * 10_000)
    throw new DatabaseRefusal(
      `${variable} leads to Postgres ${Math.floor(version / 10_000)}, and this needs ${OLDEST} or newer.`,
    )
  if (inRecovery)
    throw new DatabaseRefusal(`${variable} leads to a read-only replica: it must name the primary.`, {
      passing: true,
    })
  if (readOnly)
    throw new DatabaseRefusal(
      `${variable} leads to a database in which default_transaction_read_only is on for this role: nothing could be written.`,
      { passing: true },
    )
}

/** Sessions that the pooler opened earlier are found one by one. */
const ATTEMPTS = 10

/**
 * Compares a session's settings with those that we rely on. Behind a pooler the role itself gets them, once:
 * from then on every session of the server begins with them, whatever is set for the database or the server.
 * @throws DatabaseRefusal naming the settings that stay wrong
 */
export async function assertSettings(url: string, variable: Variable): Promise<void> {
  for (let left = ATTEMPTS; ; left--) {
    try {
      if (await settled(url, variable, left > 0)) return
    } catch (error) {
      // Another process that starts does the same, and ended our session.
      if (left > 0 && sessionEnded(error)) continue
      throw asRefusal(error, variable)
    }
  }
}

async function settled(url: string, variable: Variable, hopeful: boolean): Promise<boolean> {
  const { session, found } = await openChecked(url, variable, 'clubkeys start')
  try {
    if (await isSettled(session, found, schemaOf(url))) return true
    if (!hopeful || !found.pooled || !canBePinned(found.wrong)) throw refusedSettings(found, variable)
    return false
  } finally {
    await session.end().catch(() => {})
  }
}

async function isSettled(session: DatabaseSession, found: Inspected, schema: string): Promise<boolean> {
  const { pooled, wrong } = found
  if (!pooled || !canBePinned(wrong)) return wrong.length === 0
  const changed = !(await isPinned(session, schema))
  if (changed) await pinForRole(session, found, schema)
  if (wrong.length === 0) return true
  await endSessions(session, changed ? 'idle' : 'this one')
  return false
}

async function isPinned(session: DatabaseSession, schema: string): Promise<boolean> {
  const { rows } = await session.query<{ setting: string }>(
    `SELECT unnest(setconfig) AS setting FROM pg_db_role_setting
      WHERE setrole = current_user::regrole AND setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  )
  const given = new Set(rows.map(({ setting }) => plain(setting)))
  return Object.entries(rolesSettings(schema)).every(([name, value]) => given.has(plain(`${name}=${value}`)))
}

const PIN_LOCK = '1129137228, 3'

/** A role may set its own defaults. One process at a time: Postgres refuses two that write the same row. */
async function pinForRole(
  session: DatabaseSession,
  { role, database }: Inspected,
  schema: string,
): Promise<void> {
  const place = `ROLE ${session.escapeIdentifier(role)} IN DATABASE ${session.escapeIdentifier(database)}`
  const settings = Object.entries(rolesSettings(schema)).map(
    ([name, value]) => `ALTER ${place} SET ${name} = ${name === 'search_path' ? value : `'${value}'`};`,
  )
  // One simple query is one transaction, and so one session of the server.
  await session.query([`SELECT pg_advisory_xact_lock(${PIN_LOCK});`, ...settings].join('\n'))
}

/**
 * Ends the pooler's older sessions, which lack those settings; it opens new ones. Our own ends last, and its
 * error is no failure.
 */
async function endSessions(session: DatabaseSession, which: 'idle' | 'this one'): Promise<void> {
  const all = `OR (usename = session_user AND datname = current_database() AND state = 'idle')`
  await session
    .query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE pid = pg_backend_pid() ${which === 'idle' ? all : ''} ORDER BY pid = pg_backend_pid()`,
    )
    .catch(() => {})
}

export function refusedSettings(found: Inspected, variable: Variable, cause?: unknown): DatabaseRefusal {
  const { wrong } = found
  const names = wrong.map(({ name, is, mustBe }) => `${name} (${is || 'empty'}, not ${mustBe})`).join(', ')
  if (wrong.some(({ name }) => name === 'server_encoding'))
    return new DatabaseRefusal(
      `${variable} leads to a database in another encoding than UTF8, in which not every name can be written: make one with CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0.`,
    )
  const who = canBePinned(wrong) ? '' : ' as a superuser'
  return new DatabaseRefusal(
    `Sessions of ${variable} are not as this relies on: ${names}; run once${who}: ${remedy(wrong, found)}${
      found.pooled ? ' and RECONNECT the pooler' : ''
    }`,
    { cause },
  )
}
