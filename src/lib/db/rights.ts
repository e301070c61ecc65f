import { DatabaseRefusal } from './refusal'
import type { DatabaseSession } from './session'

type Right = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE'

const ROWS = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] as const
const KEEPS_ROWS = ['SELECT', 'INSERT', 'UPDATE'] as const
const APPENDS = ['SELECT', 'INSERT'] as const

/**
 * What the app's role may do with each table and view; everything else is forbidden. Granted to the role
 * itself: a role of rights in between would belong to the whole server, and every installation there could
 * read the others' keys. Tables that a migration made with `tenant_table` are not here: their comments hold
 * the rights.
 */
export const RIGHTS: Readonly<Record<string, readonly Right[]>> = {
  _prisma_migrations: ['SELECT'],
  Account: ROWS,
  ApiKey: ROWS,
  ApiKeyPlace: ROWS,
  ApiKeyReminder: ROWS,
  ApiKeyScopeUse: KEEPS_ROWS,
  ApiKeyTombstone: APPENDS,
  ApiKeyUsage: ROWS,
  ApiKeyUsageDay: ROWS,
  ApiKeyUse: KEEPS_ROWS,
  AuditEvent: APPENDS,
  Club: KEEPS_ROWS,
  Holder: KEEPS_ROWS,
  ClubPolicy: KEEPS_ROWS,
  ClubUsage: ROWS,
  LineToEnd: ROWS,
  LinkIntent: ROWS,
  LoginSession: ROWS,
  Membership: KEEPS_ROWS,
  OutgoingMail: ROWS,
  OwnerUsage: ROWS,
  PeopleChange: [],
  Practice: ROWS,
  RateLimiterFlexible: ROWS,
  RulesFloor: ['SELECT'],
  SlowHash: KEEPS_ROWS,
  User: KEEPS_ROWS,
  UsageFold: ['SELECT', 'UPDATE'],
  UsageWriter: ROWS,
  VerificationToken: ROWS,
  club: ['SELECT'],
  live_owner: ['SELECT'],
  owner: ['SELECT'],
  principal: ['SELECT'],
}

/** The comment that `tenant_table` writes begins with this. */
export const TENANT_TABLE = 'tenant table: '

/** What the app's role may do with a table: what is said here, or what `tenant_table` wrote on it. */
function rightsOn(name: string, comment: string | null): readonly string[] {
  const known = RIGHTS[name]
  if (known || !comment?.startsWith(TENANT_TABLE)) return known ?? []
  const said = comment.slice(TENANT_TABLE.length).split(', ')
  return said.every((right) => (ROWS as readonly string[]).includes(right)) ? said : []
}

/**
 * Gives a role the app's rights, in one transaction, and revokes everything else that it was granted. Changes
 * nothing if all is right.
 * @param role the app's; null where it is the owner's own
 * @param newer a newer release was here, and may serve beside this one: the role keeps what that gave it
 * @throws DatabaseRefusal with the SQL to run when the role is missing or somebody else owns the tables
 */
export async function settleRights(
  session: DatabaseSession,
  schema: string,
  role: string | null,
  newer: boolean,
): Promise<void> {
  if (role !== null) await assertExists(session, role)
  const statements = [
    ...(await onTables(session, schema, role, newer)),
    ...(await onSchema(session, schema, role)),
    ...(await onDatabase(session, schema, role)),
  ]
  if (statements.length === 0) return
  // One simple query is one transaction: nobody sees a role between two of its rights.
  await session.query(statements.join(';\n')).catch(async (error: unknown) => {
    if ((error as { code?: string }).code !== '42501') throw error
    throw await refusedTables(session, schema, error)
  })
}

async function assertExists(session: DatabaseSession, role: string): Promise<void> {
  const { rows } = await session.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role])
  if (rows.length > 0) return
  throw new DatabaseRefusal(
    `The server has no role ${session.escapeIdentifier(role)}, which DATABASE_URL logs in as; as an administrator run: CREATE ROLE ${session.escapeIdentifier(role)} LOGIN PASSWORD '...';`,
  )
}

type Held = { name: string; comment: string | null; held: string[] }

/** Compares the rights that are held, since the same right may be granted twice. */
async function onTables(
  session: DatabaseSession,
  schema: string,
  role: string | null,
  newer: boolean,
): Promise<string[]> {
  if (role === null) return []
  const { rows } = await session.query<Held>(
    `SELECT c.relname::text AS name, obj_description(c.oid, 'pg_class') AS comment,
            ARRAY(SELECT DISTINCT a.privilege_type FROM aclexplode(c.relacl) a WHERE a.grantee = r.oid) AS held
       FROM pg_class c, pg_roles r
      WHERE c.relnamespace = to_regnamespace($1)::oid AND r.rolname = $2
        AND (c.relkind IN ('r', 'p') OR c.relkind = 'v' AND c.relname = ANY($3))`,
    [session.escapeIdentifier(schema), role, Object.keys(RIGHTS)],
  )
  return rows.flatMap(({ name, comment, held }) => {
    const wanted = rightsOn(name, comment)
    const complete = wanted.every((right) => held.includes(right))
    if (complete && (wanted.length === held.length || newer)) return []
    const [table, to] = [`${quoted(schema)}.${quoted(name)}`, quoted(role)]
    const grant = `GRANT ${wanted.join(', ')} ON ${table} TO ${to}`
    if (newer) return [grant]
    return [`REVOKE ALL ON ${table} FROM ${to}`, ...(wanted.length > 0 ? [grant] : [])]
  })
}

/** In a database that was made before Postgres 15, everybody may create tables in `public`. */
async function onSchema(session: DatabaseSession, schema: string, role: string | null): Promise<string[]> {
  const { rows } = await session.query<{ open: boolean; ours: boolean; usable: boolean }>(
    `SELECT has_schema_privilege('public', n.oid, 'CREATE') AS open, pg_has_role(n.nspowner, 'USAGE') AS ours,
            has_schema_privilege(coalesce($2, current_user), n.oid, 'USAGE') AS usable
       FROM pg_namespace n WHERE n.nspname = $1`,
    [schema, role],
  )
  const [found] = rows
  if (!found) return []
  return [
    ...(found.open && found.ours ? [`REVOKE CREATE ON SCHEMA ${quoted(schema)} FROM PUBLIC`] : []),
    ...(found.usable || role === null ? [] : [`GRANT USAGE ON SCHEMA ${quoted(schema)} TO ${quoted(role)}`]),
  ]
}

/**
 * By default every role of the server may connect to a new database. Not to ours, unless it holds other
 * things, too, whose users we do not know.
 */
async function onDatabase(session: DatabaseSession, schema: string, role: string | null): Promise<string[]> {
  const { rows } = await session.query<{
    name: string
    ours: boolean
    open: boolean
    named: boolean
    shared: boolean
  }>(
    `SELECT d.datname::text AS name, pg_has_role(d.datdba, 'USAGE') AS ours,
            has_database_privilege('public', d.oid, 'CONNECT') AS open,
            $3::name IS NULL OR EXISTS (
              SELECT FROM aclexplode(d.datacl) a JOIN pg_roles r ON r.oid = a.grantee
               WHERE r.rolname = $3 AND a.privilege_type = 'CONNECT') AS named,
            EXISTS (
              SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^pg_|^information_schema$'
                 AND NOT (n.nspname = $1 AND (c.relname = ANY($2) OR coalesce(obj_description(c.oid, 'pg_class'), '') LIKE '${TENANT_TABLE}%'))
                 AND NOT EXISTS (SELECT FROM pg_depend x WHERE x.objid = c.oid AND x.deptype = 'e')) AS shared
       FROM pg_database d WHERE d.datname = current_database()`,
    [schema, Object.keys(RIGHTS), role],
  )
  const [found] = rows
  // Every tool of the server connects to `postgres` first.
  if (!found?.ours || found.shared || found.name === 'postgres') return []
  const on = `CONNECT ON DATABASE ${quoted(found.name)}`
  return [
    ...(found.named || role === null ? [] : [`GRANT ${on} TO ${quoted(role)}`]),
    ...(found.open ? [`REVOKE ${on} FROM PUBLIC`] : []),
  ]
}

/** As a sentence with the SQL that mends it. */
export async function refusedTables(
  session: DatabaseSession,
  schema: string,
  cause?: unknown,
): Promise<DatabaseRefusal> {
  const { rows } = await session.query<{ owner: string; us: string }>(
    `SELECT pg_get_userbyid(relowner)::text AS owner, current_user::text AS us FROM pg_class
      WHERE relnamespace = to_regnamespace($1)::oid AND relkind = 'r' AND NOT pg_has_role(relowner, 'USAGE') LIMIT 1`,
    [quoted(schema)],
  )
  const [found] = rows
  if (!found)
    return new DatabaseRefusal(
      `The rights of the app's role could not be settled: ${(cause as Error).message}.`,
      { cause },
    )
  return new DatabaseRefusal(
    `The tables belong to ${quoted(found.owner)}, and the migrations run as ${quoted(found.us)}: restore with pg_restore --no-owner --role=${found.us}, or as an administrator run: GRANT ${quoted(found.owner)} TO ${quoted(found.us)};`,
    { cause },
  )
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`
