import { randomBytes, randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { makeDelivery } from '../resources/webhooks'
import { twoClubs, useDatabase } from '../support/club'
import { fixtures } from '../support/fixtures'

/**
 * G3, third net, from the database's own catalogue: a new table must keep the same rules, or say here why
 * not.
 */

const database = useDatabase()
let owner: Client
beforeAll(async () => {
  owner = new Client(database.directUrl())
  owner.on('error', () => {}) // The database may be dropped before it leaves.
  await owner.connect()
})
afterAll(async () => owner.end().catch(() => {}))

/** Tables without a club, and why they need none. */
const OF_NO_CLUB = new Map([
  ['Account', 'an identity is its person’s'],
  ['Club', 'the tenant itself'],
  ['LinkIntent', 'leave that one sign-in has'],
  ['LoginSession', 'a sign-in is its person’s'],
  ['OutgoingMail', 'a mail is its person’s; the club that it is about stands in what it says'],
  ['PeopleChange', 'what one transaction has touched, gone with its commit'],
  ['RateLimiterFlexible', 'counts of tries, by address and person'],
  ['RulesFloor', 'which rules the whole database needs'],
  ['UsageFold', 'how far the whole database’s usage is added up'],
  ['UsageWriter', 'which batch of uses a process wrote last'],
  ['User', 'a person may be in several clubs'],
  ['VerificationToken', 'a link is its person’s'],
  ['_prisma_migrations', 'what was done to the database'],
])

/** Columns that name another row and hold no reference: records that outlive what they name. */
const RECORDS = new Map([
  ['ApiKey.createdByKeyId', 'outlives its maker; found within the club alone'],
  ['ApiKey.rotatedFromId', 'a trigger keeps it in the club; outlives a deleted key'],
  ['ApiKey.replacedById', 'a trigger keeps it in the club; outlives a deleted key'],
  ['ApiKeyTombstone.apiKeyId', 'the key is gone'],
  ['ApiKeyTombstone.createdByKeyId', 'as in ApiKey'],
  ['ApiKeyTombstone.userId', 'whose the key was; found within the club alone'],
  ['AuditEvent.actorKeyId', 'the log outlives keys'],
  ['Holder.userId', 'as the view `principal` names them; outlives whoever leaves'],
  ['AuditEvent.requestId', 'a request has no row'],
  ['AuditEvent.actorUserId', 'written from the actor alone'],
  ['AuditEvent.targetId', 'any table’s'],
  ['Event.subjectId', 'any table’s'],
  ['WebhookDelivery.subjectId', 'as in Event'],
  ['SlowHash.apiKeyId', 'outlives a deleted key: what was imported once is known'],
  ['LineToEnd.ownerId', 'narrows what is found within the club'],
])

/**
 * Tables of the layer’s whose club is the app’s word: the layer knows clubs by a view, to which nothing can refer.
 * Rows of a club that is not there are read by nobody.
 */
const OF_THE_APPS_CLUBS = new Map([
  ['ApiKeyTombstone', 'made by a trigger from a key, in its club'],
  ['AuditEvent', 'written from the actor alone; outlives a club'],
  ['ClubPolicy', 'one row of a club, found by its id alone'],
  ['ClubUsage', 'made by a trigger from what keys of the club did'],
  ['Event', 'written with what it tells of, from the actor alone'],
  ['IdempotencyRecord', 'written from the actor alone'],
  ['LineToEnd', 'written from the actor alone; its keys are looked for within the club'],
  ['SlowHash', 'written with its key, in its club; outlives it'],
  ['WebhookEndpoint', 'written from the actor alone'],
  [
    'Holder',
    'made from the view `principal`, in which the app names its clubs; all that is a holder’s refers to it',
  ],
])

type Table = {
  name: string
  /** `clubId`, where there is one: whether it may be null. */
  clubNullable: boolean | null
  columns: string[]
  /** The columns that name a row, by type or by name, but for `id` and `clubId`. */
  naming: string[]
  primary: string[]
  /** Column lists of the indexes, and of those that are unique. */
  indexes: string[][]
  unique: string[][]
  references: { columns: string[]; table: string; to: string[] }[]
  /** Whether the app's role may read it and add to it. */
  granted: boolean
  /** Triggers before an update of a row, as they were written. */
  updates: string[]
}

async function readTables(): Promise<Table[]> {
  const names = (key: string, of: string) =>
    `ARRAY(SELECT a.attname::text FROM unnest(${key}) WITH ORDINALITY k(n, i) JOIN pg_attribute a ON a.attrelid = ${of} AND a.attnum = k.n ORDER BY k.i)`
  const live = 'a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped'
  const { rows } = await owner.query<Table>(`
    SELECT c.relname AS name,
      (SELECT NOT a.attnotnull FROM pg_attribute a WHERE ${live} AND a.attname = 'clubId') AS "clubNullable",
      ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE ${live}) AS columns,
      ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE ${live} AND (a.atttypid = 'uuid'::regtype OR a.attname LIKE '%Id') AND a.attname NOT IN ('id', 'clubId')) AS naming,
      coalesce((SELECT ${names('i.indkey::int2[]', 'c.oid')} FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary), '{}') AS primary,
      coalesce((SELECT jsonb_agg(${names('i.indkey::int2[]', 'c.oid')}) FROM pg_index i WHERE i.indrelid = c.oid AND i.indpred IS NULL), '[]') AS indexes,
      coalesce((SELECT jsonb_agg(${names('i.indkey::int2[]', 'c.oid')}) FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique AND i.indpred IS NULL), '[]') AS unique,
      coalesce((SELECT jsonb_agg(jsonb_build_object('columns', ${names('f.conkey', 'f.conrelid')}, 'table', t.relname, 'to', ${names('f.confkey', 'f.confrelid')}))
        FROM pg_constraint f JOIN pg_class t ON t.oid = f.confrelid WHERE f.conrelid = c.oid AND f.contype = 'f'), '[]') AS references,
      has_table_privilege('clubkeys_web', c.oid, 'SELECT') AND has_table_privilege('clubkeys_web', c.oid, 'INSERT') AS granted,
      ARRAY(SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgenabled = 'O'
        AND t.tgtype & 1 = 1 AND t.tgtype & 2 = 2 AND t.tgtype & 16 = 16) AS updates
    FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace ORDER BY 1`)
  return rows
}

/** What a table lacks, in words that say what to do. */
function lacks(table: Table, tenants: ReadonlySet<string>): string[] {
  const { name, clubNullable, naming, indexes, references } = table
  if (clubNullable === null)
    return OF_NO_CLUB.has(name)
      ? []
      : [
          `"${name}" has no club: add "clubId" with a reference to "Club", or say in OF_NO_CLUB why it needs none`,
        ]
  const found: string[] = []
  if (clubNullable) found.push(`"${name}"."clubId" may be null: make it NOT NULL`)
  const toClub = ({ columns, table: to }: Table['references'][number]) =>
    (to === 'Club' && columns.join() === 'clubId') || (tenants.has(to) && columns.includes('clubId'))
  if (!references.some(toClub) && !OF_THE_APPS_CLUBS.has(name))
    found.push(
      `"${name}"."clubId" refers to nothing: reference "Club", or with the row it belongs to ("clubId", ...)`,
    )
  for (const { columns, table: to, to: target } of references)
    if (tenants.has(to) && target[columns.indexOf('clubId')] !== 'clubId')
      found.push(
        `"${name}" (${columns.join()}) may point into another club: reference "${to}" with both ("clubId", ...)`,
      )
  for (const column of naming)
    if (!references.some(({ columns }) => columns.includes(column)) && !RECORDS.has(`${name}.${column}`))
      found.push(
        `"${name}"."${column}" refers to nothing: reference its row together with "clubId", or say in RECORDS why not`,
      )
  if (!table.granted)
    found.push(
      `"${name}" is closed to the app: call tenant_table('"${name}"') in its migration, or name what it needs in src/lib/db/rights.ts and database-nets.test.ts`,
    )
  if (!belongs(table, tenants)) {
    if (!isUnique(table, ['clubId', 'id']) && table.columns.includes('id'))
      found.push(
        `"${name}" cannot be referenced with its club: call tenant_table('"${name}"') in its migration, or add a unique index on ("clubId", "id")`,
      )
    if (!keepsItsClub(table))
      found.push(
        `"${name}": a row may move to another club: call tenant_table('"${name}"') in its migration, or add a trigger "${name}_identity"`,
      )
    if (!indexes.some(([first]) => first === 'clubId'))
      found.push(`"${name}" is searched past other clubs’ rows: add an index that begins with "clubId"`)
  }
  return found
}

const isUnique = ({ unique }: Table, columns: string[]) =>
  unique.some((index) => [...index].sort().join() === [...columns].sort().join())

/** Part of another row of the club, found and kept in its club by it: its key is that row's. */
const belongs = ({ primary, references }: Table, tenants: ReadonlySet<string>) =>
  references.some(
    ({ columns, table }) =>
      tenants.has(table) && columns.includes('clubId') && columns.some((one) => primary.includes(one)),
  )

/** A trigger refuses every change of the row, or at least any other club: conditions joined by OR alone. */
const keepsItsClub = ({ updates }: Table) =>
  updates.some((trigger) => {
    const [, columns, when] = /BEFORE .*UPDATE( OF .*)? ON .* FOR EACH ROW(?: WHEN (.*))? EXECUTE FUNCTION (?:\w+\.)?refuse_change\(/.exec(trigger) ?? ['', 'none'] // prettier-ignore
    if (columns) return false
    return (
      !when || (/\(old\."clubId" (<>|IS DISTINCT FROM) new\."clubId"\)/.test(when) && !/ AND /.test(when))
    )
  })

async function everythingLacking(): Promise<string[]> {
  const tables = await readTables()
  const tenants = new Set(tables.filter(({ clubNullable }) => clubNullable !== null).map(({ name }) => name))
  return tables.flatMap((table) => lacks(table, tenants))
}

it('G3: every table is kept in its club by the database itself, or says why not', async () => {
  expect(await everythingLacking()).toEqual([])
})

it('excuses no table and no column that is not there', async () => {
  const tables = await readTables()
  const columns = tables.flatMap(({ name, naming }) => naming.map((column) => `${name}.${column}`))
  expect([...OF_NO_CLUB.keys()].filter((one) => !tables.some(({ name }) => name === one))).toEqual([])
  expect([...OF_THE_APPS_CLUBS.keys()].filter((one) => !tables.some(({ name }) => name === one))).toEqual([])
  expect([...RECORDS.keys()].filter((one) => !columns.includes(one))).toEqual([])
})

describe('this check itself', () => {
  const GOOD = `
    CREATE TABLE "Match" ("id" uuid PRIMARY KEY, "clubId" uuid NOT NULL REFERENCES "Club", "practiceId" uuid NOT NULL,
      FOREIGN KEY ("clubId", "practiceId") REFERENCES "Practice" ("clubId", "id"));
    CREATE UNIQUE INDEX ON "Match" ("clubId", "id");
    CREATE TRIGGER "Match_identity" BEFORE UPDATE ON "Match" FOR EACH ROW
      WHEN (OLD."id" <> NEW."id" OR OLD."clubId" <> NEW."clubId") EXECUTE FUNCTION refuse_change('a match keeps its club');
    GRANT SELECT, INSERT ON "Match" TO clubkeys_web;`

  /** What was found in addition to what is known to be missing. */
  async function found(sql: string): Promise<string[]> {
    const known = await everythingLacking()
    await owner.query('BEGIN')
    try {
      await owner.query(sql)
      return (await everythingLacking()).filter((one) => !known.includes(one))
    } finally {
      await owner.query('ROLLBACK')
    }
  }

  it('is content with a table like the others', async () => expect(await found(GOOD)).toEqual([]))

  it('is content with what tenant_table makes, once its rights are granted', async () => {
    const made = GOOD.replace(/CREATE UNIQUE INDEX[^]*?EXECUTE FUNCTION.*/, `SELECT tenant_table('"Match"');`)
    expect(made).not.toContain('TRIGGER')
    expect(await found(made)).toEqual([])
  })

  it.each([
    ['a table without a club', `CREATE TABLE "Match" ("id" uuid PRIMARY KEY)`, `'"Match"'`],
    ['rights that are none', GOOD, `'"Match"', 'ALL; DROP TABLE "Club"'`],
  ])('tenant_table refuses %s', async (_, table, given) => {
    await expect(found(`${table}; SELECT tenant_table(${given})`)).rejects.toThrow(/needs "id"|are none/)
  })

  it.each<[string, (sql: string) => string, RegExp]>([
    ['no club', () => 'CREATE TABLE "Match" ("id" uuid PRIMARY KEY)', /^"Match" has no club: add "clubId"/],
    [
      'a club that may be missing',
      (sql) => sql.replace('"clubId" uuid NOT NULL', '"clubId" uuid'),
      /may be null/,
    ],
    [
      'a club that is any id',
      (sql) => sql.replace(/ REFERENCES "Club", "practiceId"[^;]*/, ')'),
      /"Match"."clubId" refers to nothing/,
    ],
    [
      'a reference past the club',
      (sql) => sql.replace(/FOREIGN KEY.*/, 'FOREIGN KEY ("practiceId") REFERENCES "Practice");'),
      /"Match" \(practiceId\) may point into another club/,
    ],
    [
      'a column that names a row of anybody’s',
      (sql) => sql.replace('"practiceId" uuid NOT NULL,', '"practiceId" uuid NOT NULL, "coachId" uuid,'),
      /"Match"."coachId" refers to nothing/,
    ],
    [
      'no composite key',
      (sql) => sql.replace(/CREATE UNIQUE INDEX.*/, 'CREATE INDEX ON "Match" ("clubId");'),
      /add a unique index on \("clubId", "id"\)/,
    ],
    [
      'no trigger',
      (sql) => sql.replace(/CREATE TRIGGER[^;]*;/, ''),
      /call tenant_table.*or add a trigger "Match_identity"/,
    ],
    [
      'a trigger that looks at less',
      (sql) => sql.replace(' OR OLD."clubId" <> NEW."clubId"', ''),
      /call tenant_table.*or add a trigger "Match_identity"/,
    ],
    [
      'a trigger that wants more than another club',
      (sql) => sql.replace(' OR OLD."clubId"', ' AND OLD."clubId"'),
      /call tenant_table.*or add a trigger "Match_identity"/,
    ],
    [
      'a trigger that is switched off',
      (sql) => `${sql} ALTER TABLE "Match" DISABLE TRIGGER "Match_identity"`,
      /call tenant_table.*or add a trigger "Match_identity"/,
    ],
    ['no grant', (sql) => sql.replace(/GRANT.*/, ''), /is closed to the app: call tenant_table/],
    [
      'no index by club',
      (sql) => sql.replace('("clubId", "id");', '("id", "clubId");'),
      /add an index that begins with "clubId"/,
    ],
    [
      'another table without its trigger',
      () => 'DROP TRIGGER "Practice_identity" ON "Practice"',
      /"Practice_identity"/,
    ],
  ])('finds %s, by name', async (_, sabotage, finding) => {
    expect(await found(sabotage(GOOD))).toEqual([expect.stringMatching(finding)])
  })
})

describe('G3: no row moves to another club', () => {
  const REFUSED = /^23/

  it('of no table, whoever asks', async () => {
    const { home, rival } = await twoClubs()
    for (const { make } of fixtures) await make?.(home.coach)
    const key = home.keys.coach.id
    for (const [table, columns, values] of [
      ['ApiKeyUse', '"lastUsedAt"', 'now()'],
      ['ApiKeyUsage', '"hour"', 'now()'],
      ['ApiKeyUsageDay', '"day"', 'now()'],
      ['ApiKeyReminder', '"kind", "about", "claimedAt"', `'x', now(), now()`],
      ['ApiKeyPlace', '"lastUsedAt", "place"', `now(), 'x'`],
      ['ApiKeyScopeUse', '"lastUsedAt", "scope"', `now(), 'x'`],
    ] as const)
      await owner.query(`INSERT INTO "${table}" ("apiKeyId", "clubId", ${columns}) VALUES ($1, $2, ${values}) ON CONFLICT DO NOTHING`, [key, home.clubId]) // prettier-ignore
    await owner.query(`INSERT INTO "ApiKeyTombstone" ("digest", "apiKeyId", "clubId") VALUES ($1, $2, $3)`, [
      randomBytes(32),
      randomUUID(),
      home.clubId,
    ])
    // Usage of the key made its row of that very moment already.
    await owner.query(`INSERT INTO "ClubUsage" ("clubId", "hour") VALUES ($1, 'epoch')`, [home.clubId])
    await owner.query(`INSERT INTO "SlowHash" ("source", "clubId", "apiKeyId") VALUES ($1, $2, $3)`, [
      randomBytes(32),
      home.clubId,
      randomUUID(),
    ])
    await owner.query(
      `INSERT INTO "LineToEnd" ("id", "clubId", "keyIds", "reason") VALUES ($1, $2, '{}', 'x')`,
      [randomUUID(), home.clubId],
    )
    await owner.query(
      `INSERT INTO "IdempotencyRecord" ("id", "clubId", "credential", "digest", "fingerprint", "answer") VALUES ($1, $2, 'x', 'x', 'x', '{}')`,
      [randomUUID(), home.clubId],
    )
    for (const [table, column] of [
      ['Invitation', 'expiresAt'],
      ['MemberVisit', 'at'],
      ['UnwantedMail', 'kind'],
    ] as const)
      await owner.query(
        `INSERT INTO "${table}" ("id", "clubId", "userId", "${column}") VALUES ($1, $2, $3, now())`,
        [randomUUID(), home.clubId, home.coach.userId],
      )
    await makeDelivery(home)
    const tables = (await readTables()).filter(({ clubNullable }) => clubNullable !== null)
    const answers: Record<string, string> = {}
    for (const { name } of tables) {
      const { rowCount } = await owner.query(`SELECT 1 FROM "${name}" WHERE "clubId" = $1`, [home.clubId])
      answers[name] = rowCount
        ? await owner
            .query(`UPDATE "${name}" SET "clubId" = $2 WHERE "clubId" = $1`, [home.clubId, rival.clubId])
            .then(
              () => 'moved',
              (error: { code: string }) => (REFUSED.test(error.code) ? 'refused' : error.code),
            )
        : 'has no row here: write make into its fixture in __tests__/resources'
    }
    expect(answers).toEqual(Object.fromEntries(tables.map(({ name }) => [name, 'refused'])))
  })
})
