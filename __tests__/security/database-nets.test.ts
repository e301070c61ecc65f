import { randomBytes, randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { makeKey, makePractice, twoClubs, useDatabase } from '../support/club'

const database = useDatabase()

/** The app's own role, and the owner of the tables: what holds for the owner holds whoever asks. */
let app: Client
let owner: Client
let clubs: Awaited<ReturnType<typeof twoClubs>>
beforeAll(async () => {
  app = new Client(database.url())
  owner = new Client(database.directUrl())
  for (const client of [app, owner]) {
    client.on('error', () => {}) // The database may be dropped before they leave.
    await client.connect()
  }
  clubs = await twoClubs()
})
afterAll(async () => {
  await Promise.all([app, owner].map((client) => client.end().catch(() => {})))
})

/** The SQLSTATE that a statement is refused with, or `allowed`. Nothing of it is kept. */
async function attempt(client: Client, sql: string, values: unknown[] = []): Promise<string> {
  await client.query('BEGIN')
  try {
    const { rowCount } = await client.query(sql, values)
    return `allowed: ${rowCount} rows`
  } catch (error) {
    return (error as { code: string }).code
  } finally {
    await client.query('ROLLBACK')
  }
}
const asEither = async (sql: string, values: unknown[] = []) => [
  await attempt(app, sql, values),
  await attempt(owner, sql, values),
]

const FOREIGN_KEY = '23503'
const UNIQUE = '23505'
const CHECK = '23514'
const REFUSED = '23000'
const NO_NETWORK = '22P02'
const NO_RIGHT = '42501'

describe('G3, third net: the database itself keeps the tenants apart', () => {
  const insertKey = `INSERT INTO "ApiKey" ("id", "clubId", "userId", "name", "digest", "start", "last4", "scopes", "updatedAt") VALUES ($1, $2, $3, 'k', $4, 's', 'l', '{}', now())`
  const insertPractice = `INSERT INTO "Practice" ("id", "clubId", "title", "startsAt", "createdById", "updatedAt") VALUES ($1, $2, 't', now(), $3, now())`
  const asKey = (clubId: string, userId: string) => [randomUUID(), clubId, userId, randomBytes(32)]

  it('takes a key and a practice of the club’s own member', async () => {
    const { home } = clubs
    expect(await asEither(insertKey, asKey(home.clubId, home.coach.userId))).toEqual([
      'allowed: 1 rows',
      'allowed: 1 rows',
    ])
    expect(await asEither(insertPractice, [randomUUID(), home.clubId, home.coach.userId])).toEqual([
      'allowed: 1 rows',
      'allowed: 1 rows',
    ])
  })

  it('refuses a key whose owner is in another club, or in none', async () => {
    const { home, rival } = clubs
    expect(await asEither(insertKey, asKey(home.clubId, rival.coach.userId))).toEqual([
      FOREIGN_KEY,
      FOREIGN_KEY,
    ])
    expect(await asEither(insertKey, asKey(rival.clubId, home.admin.userId))).toEqual([
      FOREIGN_KEY,
      FOREIGN_KEY,
    ])
    expect(await asEither(insertKey, asKey(home.clubId, randomUUID()))).toEqual([FOREIGN_KEY, FOREIGN_KEY])
  })

  it('refuses a practice that a foreigner plans', async () => {
    const { home, rival } = clubs
    expect(await asEither(insertPractice, [randomUUID(), home.clubId, rival.coach.userId])).toEqual([
      FOREIGN_KEY,
      FOREIGN_KEY,
    ])
  })

  it('refuses to hand a practice to a foreigner, or a use to another club', async () => {
    const { home, rival } = clubs
    const { id } = await makePractice(home.coach)
    expect(
      await asEither(`UPDATE "Practice" SET "createdById" = $2 WHERE "id" = $1`, [id, rival.coach.userId]),
    ).toEqual([FOREIGN_KEY, FOREIGN_KEY])
    for (const [table, columns, values] of [
      ['ApiKeyUse', '"lastUsedAt"', 'now()'],
      ['ApiKeyUsage', '"hour"', 'now()'],
      ['ApiKeyScopeUse', '"lastUsedAt", "scope"', `now(), 'x'`],
    ]) {
      const use = `INSERT INTO "${table}" ("apiKeyId", "clubId", ${columns}) VALUES ($1, $2, ${values})`
      expect(await asEither(use, [home.keys.coach.id, rival.clubId])).toEqual([FOREIGN_KEY, FOREIGN_KEY])
    }
  })

  it.each([
    ['ApiKey', 'createdByKeyId', () => clubs.home.keys.admin.id],
    ['ApiKey', 'clubId', () => clubs.rival.clubId],
    ['ApiKey', 'userId', () => clubs.home.admin.userId],
    ['ApiKey', 'digest', () => randomBytes(32)],
    ['ApiKey', 'id', () => randomUUID()],
    ['Practice', 'clubId', () => clubs.rival.clubId],
    ['Practice', 'id', () => randomUUID()],
    ['Membership', 'clubId', () => clubs.rival.clubId],
    ['Membership', 'userId', () => clubs.rival.coach.userId],
    ['Membership', 'id', () => randomUUID()],
  ])('moves no row, whoever asks: %s.%s', async (table, column, value) => {
    const { home } = clubs
    const ids = {
      ApiKey: home.keys.coach.id,
      Practice: (await makePractice(home.coach)).id,
      Membership: null,
    }
    const [where, id] =
      table === 'Membership' ? ['"userId"', home.coach.userId] : ['"id"', ids[table as 'ApiKey']]
    expect(
      await asEither(`UPDATE "${table}" SET "${column}" = $2 WHERE ${where} = $1`, [id, value()]),
    ).toEqual([REFUSED, REFUSED])
  })

  it('lets nobody join a member of another club to a key by way of both columns', async () => {
    const { home, rival } = clubs
    const both = `UPDATE "ApiKey" SET "clubId" = $2, "userId" = $3 WHERE "id" = $1`
    expect(await asEither(both, [home.keys.coach.id, rival.clubId, rival.coach.userId])).toEqual([
      REFUSED,
      REFUSED,
    ])
  })
})

describe('what is final stays final, whoever asks', () => {
  it('the audit log takes new rows and gives up none', async () => {
    const { home } = clubs
    expect(await asEither('SELECT 1 FROM "AuditEvent" WHERE "clubId" = $1 LIMIT 1', [home.clubId])).toEqual([
      'allowed: 1 rows',
      'allowed: 1 rows',
    ])
    for (const sql of [
      `UPDATE "AuditEvent" SET "action" = 'x'`,
      'DELETE FROM "AuditEvent"',
      'TRUNCATE "AuditEvent"',
    ]) {
      expect({ sql, answers: await asEither(sql) }).toEqual({ sql, answers: [NO_RIGHT, REFUSED] })
    }
    const upsert = `INSERT INTO "AuditEvent" ("id", "clubId", "actorKind", "action", "targetType", "targetId") SELECT "id", "clubId", 'system', 'x', 'x', "id" FROM "AuditEvent" LIMIT 1 ON CONFLICT ("id") DO UPDATE SET "action" = 'x'`
    expect(await asEither(upsert)).toEqual([NO_RIGHT, REFUSED])
  })

  it('a live key cannot be deleted, a dead one can', async () => {
    const { home } = clubs
    const remove = 'DELETE FROM "ApiKey" WHERE "id" = $1'
    expect(await asEither(remove, [home.keys.coach.id])).toEqual([REFUSED, REFUSED])
    const forever = await makeKey(home.coach, { expiresAt: null })
    expect(await asEither(remove, [forever.id])).toEqual([REFUSED, REFUSED])
    await owner.query('UPDATE "ApiKey" SET "disabledAt" = now() WHERE "id" = $1', [forever.id])
    expect(await asEither(remove, [forever.id])).toEqual([REFUSED, REFUSED])
    await owner.query('UPDATE "ApiKey" SET "revokedAt" = now() WHERE "id" = $1', [forever.id])
    expect(await asEither(remove, [forever.id])).toEqual(['allowed: 1 rows', 'allowed: 1 rows'])
  })

  it('a revocation is neither undone nor moved in time', async () => {
    const { home } = clubs
    const { id } = await makeKey(home.coach)
    await owner.query('UPDATE "ApiKey" SET "revokedAt" = now() WHERE "id" = $1', [id])
    for (const value of ['NULL', `now() + interval '1 day'`, `now() - interval '1 day'`]) {
      expect(await asEither(`UPDATE "ApiKey" SET "revokedAt" = ${value} WHERE "id" = $1`, [id])).toEqual([
        REFUSED,
        REFUSED,
      ])
    }
  })

  it('a deleted key’s digest is never registered again, and its tombstone stays', async () => {
    const { home } = clubs
    const { id } = await makeKey(home.coach)
    const { rows } = await owner.query<{ digest: Buffer }>(
      'UPDATE "ApiKey" SET "revokedAt" = now() WHERE "id" = $1 RETURNING "digest"',
      [id],
    )
    await app.query('DELETE FROM "ApiKey" WHERE "id" = $1', [id])
    const again = `INSERT INTO "ApiKey" ("id", "clubId", "userId", "name", "digest", "start", "last4", "scopes", "updatedAt") VALUES ($1, $2, $3, 'k', $4, 's', 'l', '{}', now())`
    expect(await asEither(again, [randomUUID(), home.clubId, home.coach.userId, rows[0]?.digest])).toEqual([
      UNIQUE,
      UNIQUE,
    ])
    expect(await asEither('DELETE FROM "ApiKeyTombstone" WHERE "apiKeyId" = $1', [id])).toEqual([
      NO_RIGHT,
      REFUSED,
    ])
    expect(
      await asEither('UPDATE "ApiKeyTombstone" SET "apiKeyId" = gen_random_uuid() WHERE "apiKeyId" = $1', [
        id,
      ]),
    ).toEqual([NO_RIGHT, REFUSED])
  })

  it.each([
    ['a name', `UPDATE "ApiKey" SET "name" = '' WHERE "id" = $1`],
    ['metadata that is an object', `UPDATE "ApiKey" SET "metadata" = '[]' WHERE "id" = $1`],
    ['scopes without holes', `UPDATE "ApiKey" SET "scopes" = ARRAY[NULL]::text[] WHERE "id" = $1`],
  ])('a key keeps its shape: %s', async (_, sql) => {
    expect(await asEither(sql, [clubs.home.keys.coach.id])).toEqual([CHECK, CHECK])
  })

  it.each([
    ['', CHECK],
    [Array.from({ length: 51 }, (_, i) => `10.0.0.${i}`).join(','), CHECK],
    ['10.0.0.1/8', NO_NETWORK],
    ['10.0.0.0/8,', NO_NETWORK],
    ['fe80::1%eth0', NO_NETWORK],
    ['anywhere', NO_NETWORK],
    ['{}', NO_NETWORK],
  ])('a key’s address list is never emptied or spoilt by hand: %j', async (text, refusal) => {
    const set = `UPDATE "ApiKey" SET "allowedCidrs" = $2 WHERE "id" = $1`
    expect(await asEither(set, [clubs.home.keys.coach.id, '10.0.0.0/8,2001:db8::/32'])).toEqual([
      'allowed: 1 rows',
      'allowed: 1 rows',
    ])
    expect(await asEither(set, [clubs.home.keys.coach.id, text])).toEqual([refusal, refusal])
  })

  it('a membership keeps at least one role', async () => {
    for (const roles of ['{}', '{NULL}']) {
      expect(
        await asEither(`UPDATE "Membership" SET "roles" = $2 WHERE "userId" = $1`, [
          clubs.home.coach.userId,
          roles,
        ]),
      ).toEqual([CHECK, CHECK])
    }
  })
})

describe('the app’s role', () => {
  const READ_WRITE = ['INSERT', 'SELECT', 'UPDATE']
  const ALL_ROWS = ['DELETE', ...READ_WRITE]
  const APPEND = ['INSERT', 'SELECT']

  /**
   * Every right that the app needs. What a new table needs is written here or, by tenant_table, on the table
   * itself, so that nobody grants more in passing.
   */
  const RIGHTS: Record<string, string[]> = {
    Account: ALL_ROWS,
    ApiKey: ALL_ROWS,
    ApiKeyPlace: ALL_ROWS,
    ApiKeyReminder: ALL_ROWS,
    ApiKeyScopeUse: READ_WRITE,
    ApiKeyTombstone: APPEND,
    ApiKeyUsage: ALL_ROWS,
    ApiKeyUsageDay: ALL_ROWS,
    ApiKeyUse: READ_WRITE,
    AuditEvent: APPEND,
    Club: READ_WRITE,
    Holder: READ_WRITE,
    ClubPolicy: READ_WRITE,
    ClubUsage: ALL_ROWS,
    LineToEnd: ALL_ROWS,
    LinkIntent: ALL_ROWS,
    LoginSession: ALL_ROWS,
    OutgoingMail: ALL_ROWS,
    OwnerUsage: ALL_ROWS,
    Membership: READ_WRITE,
    Practice: ALL_ROWS,
    RateLimiterFlexible: ALL_ROWS,
    RulesFloor: ['SELECT'],
    SlowHash: READ_WRITE,
    UsageWriter: ALL_ROWS,
    UsageFold: ['SELECT', 'UPDATE'],
    User: READ_WRITE,
    VerificationToken: ALL_ROWS,
    _prisma_migrations: ['SELECT'],
    ...Object.fromEntries(['club', 'live_owner', 'owner', 'principal'].map((view) => [view, ['SELECT']])),
  }

  it('holds these rights on tables, and no other', async () => {
    const { rows } = await app.query<{ name: string; right: string }>(`
      SELECT c.relname AS name, r.right FROM pg_class c, unnest(ARRAY['SELECT','INSERT','UPDATE','DELETE','TRUNCATE','REFERENCES','TRIGGER','MAINTAIN']) AS r("right")
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND c.relnamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname ~ '^pg_|^information_schema$')
        AND has_table_privilege(c.oid, r.right) ORDER BY 1, 2`)
    const held: Record<string, string[]> = {}
    for (const { name, right } of rows) (held[name] ??= []).push(right)
    const { rows: made } = await app.query<{ name: string; rights: string }>(
      `SELECT relname AS name, substr(obj_description(oid, 'pg_class'), 15) AS rights FROM pg_class WHERE obj_description(oid, 'pg_class') LIKE 'tenant table: %'`,
    )
    const byTables = Object.fromEntries(made.map(({ name, rights }) => [name, rights.split(', ').sort()]))
    expect(held).toEqual({ ...RIGHTS, ...byTables })
  })

  it('is an ordinary role that owns nothing and is a member of nothing', async () => {
    const { rows: roles } = await app.query(`
      SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls,
             ARRAY(SELECT g.rolname::text FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid WHERE m.member = r.oid) AS member_of
      FROM pg_roles r WHERE rolname = current_user`)
    const none = {
      rolsuper: false,
      rolcreaterole: false,
      rolcreatedb: false,
      rolreplication: false,
      rolbypassrls: false,
    }
    expect(roles).toEqual([{ ...none, member_of: [] }])
    const { rows: owned } = await app.query(
      `SELECT relname FROM pg_class WHERE pg_has_role(relowner, 'USAGE')`,
    )
    expect(owned).toEqual([])
  })

  it.each([
    'DELETE FROM "Membership"',
    'DELETE FROM "User"',
    'DELETE FROM "Club"',
    'DELETE FROM "ApiKeyUse"',
    'TRUNCATE "Practice"',
    'TRUNCATE "ApiKey" CASCADE',
    'TRUNCATE "ApiKeyTombstone"',
    'DROP TABLE "AuditEvent"',
    'DROP TRIGGER "AuditEvent_append_only" ON "AuditEvent"',
    'ALTER TABLE "AuditEvent" DISABLE TRIGGER ALL',
    'ALTER TABLE "ApiKey" DISABLE TRIGGER "ApiKey_delete_only_dead"',
    'ALTER TABLE "ApiKey" DROP CONSTRAINT "ApiKey_clubId_userId_fkey"',
    'ALTER TABLE "ApiKey" ADD COLUMN "token" text',
    'ALTER TABLE "AuditEvent" OWNER TO current_user',
    'CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$',
    'CREATE TRIGGER t BEFORE INSERT ON "ApiKey" FOR EACH ROW EXECUTE FUNCTION refuse_change()',
    `CREATE RULE r AS ON DELETE TO "AuditEvent" DO INSTEAD NOTHING`,
    'CREATE TABLE "Mine" (id int)',
    'CREATE SCHEMA mine',
    'CREATE ROLE mine',
    'SET session_replication_role = replica',
    'UPDATE _prisma_migrations SET checksum = $$x$$',
    'SELECT * FROM pg_authid',
    'SELECT pg_read_file($$/etc/passwd$$)',
    `COPY (SELECT 1) TO PROGRAM 'true'`,
    `COPY "User" TO '/tmp/users'`,
  ])('may not: %s', async (sql) => {
    expect(await attempt(app, sql)).toBe(NO_RIGHT)
  })

  it('may not become the owner', async () => {
    expect(await attempt(app, `SET ROLE "${new URL(database.directUrl()).username}"`)).toBe(NO_RIGHT)
  })
})
