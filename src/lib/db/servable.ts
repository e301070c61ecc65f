import { schemaOf } from './address'
import { openChecked } from './look'
import { DatabaseRefusal } from './refusal'
import { RIGHTS, TENANT_TABLE } from './rights'

type Role = {
  name: string
  superuser: boolean
  owner: boolean
  /** Of the role or the database, whichever is lower; null: as many as the server has. */
  connections: number | null
  /** Tables that the role has too few rights on. */
  closed: string[]
}

/**
 * Whether the app's role can do all that a serving process needs.
 * @param poolSize DATABASE_POOL_SIZE
 * @returns warnings for the operator, which stop nothing
 * @throws DatabaseRefusal
 */
export async function assertServable(url: string, poolSize: number): Promise<string[]> {
  const { session } = await openChecked(url, 'DATABASE_URL', 'clubkeys start')
  try {
    const wanted = Object.entries(RIGHTS).flatMap(([table, rights]) => rights.map((right) => [table, right]))
    const { rows } = await session.query<Role>(
      `SELECT current_user::text AS name, r.rolsuper AS superuser,
              EXISTS (SELECT FROM pg_class c WHERE c.oid = to_regclass('"ApiKey"') AND pg_has_role(c.relowner, 'USAGE')) AS owner,
              (SELECT min(n) FROM unnest(ARRAY[r.rolconnlimit, d.datconnlimit]) n WHERE n >= 0) AS connections,
              ARRAY(SELECT DISTINCT w."table" FROM (
                      SELECT * FROM unnest($2::text[], $3::text[]) UNION ALL
                      SELECT t.relname, string_to_table(substr(obj_description(t.oid, 'pg_class'), ${TENANT_TABLE.length + 1}), ', ')
                        FROM pg_class t WHERE t.relnamespace = to_regnamespace($1)::oid AND obj_description(t.oid, 'pg_class') LIKE '${TENANT_TABLE}%') w("table", "right")
                      JOIN pg_class c ON c.relname = w."table" AND c.relnamespace = to_regnamespace($1)::oid
                     WHERE NOT has_table_privilege(c.oid, w."right") OR NOT has_schema_privilege(c.relnamespace, 'USAGE')) AS closed
         FROM pg_roles r, pg_database d WHERE r.rolname = session_user AND d.datname = current_database()`,
      [`"${schemaOf(url)}"`, wanted.map(([table]) => table), wanted.map(([, right]) => right)],
    )
    const [role] = rows
    return role ? judged(role, poolSize) : []
  } finally {
    await session.end().catch(() => {})
  }
}

function judged({ name, superuser, owner, connections, closed }: Role, poolSize: number): string[] {
  if (closed.length > 0)
    throw new DatabaseRefusal(
      `The role "${name}" of DATABASE_URL has not the rights that it needs on ${closed.map((table) => `"${table}"`).join(', ')}: run npm run migrate -- --role ${name} with the owner's address in DATABASE_DIRECT_URL.`,
    )
  // One to hear of changes, and one to say that it hears when all others are busy.
  if (connections !== null && !superuser && connections < poolSize + 2)
    throw new DatabaseRefusal(
      `The role "${name}" of DATABASE_URL, or its database, may open ${connections} connections, and a process needs up to ${poolSize + 2}: raise CONNECTION LIMIT, or lower DATABASE_POOL_SIZE.`,
    )
  if (!superuser && !owner) return []
  const what = superuser ? 'is a superuser' : 'owns the tables'
  return [
    `The role "${name}" of DATABASE_URL ${what}, so the database's own rules do not bind the app. Give the app a role of its own and the owner's address to DATABASE_DIRECT_URL.`,
  ]
}
