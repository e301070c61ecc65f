import { Client } from 'pg'
import { operatorActor } from '@/lib/auth/actor'
import { createApiKey, rotateApiKey, updateApiKey } from '@/lib/auth/api-key'
import { db } from '@/lib/db/client'
import { RESTRICTIONS, RULES } from '@/lib/db/rules'
import { makeClub, makeKey, makeMember, useDatabase, type Member } from '../../support/club'
import { ask, eventually } from '../../support/embedded'
import { lowerFloor, migrateAsNewer, NEWER_RULES, restrictAsNewer } from '../../support/newer-release'
import { demand } from '../../support/policy'

const database = useDatabase()

let owner: Member
beforeAll(async () => {
  owner = await makeMember((await makeClub()).id, ['COACH'])
})

const floor = async () =>
  (
    await ask<{ rules: number; restriction: string }>(
      database.url(),
      'SELECT "rules", "restriction" FROM "RulesFloor" ORDER BY 1',
    )
  ).map(({ rules, restriction }) => `${rules} ${restriction}`)

/** As if nothing had been restricted yet. */
const emptyFloor = () =>
  ask(
    database.directUrl(),
    `ALTER TABLE "RulesFloor" DISABLE TRIGGER "RulesFloor_append_only"; DELETE FROM "RulesFloor";
     ALTER TABLE "RulesFloor" ENABLE TRIGGER "RulesFloor_append_only"`,
  )

/** SQLSTATE, or `allowed`. Nothing of it is kept. */
async function attempt(url: string, sql: string): Promise<string> {
  return ask(url, `BEGIN; ${sql}; ROLLBACK`).then(
    () => 'allowed',
    (error: { code: string }) => error.code,
  )
}
const [NO_RIGHT, REFUSED] = ['42501', '23000']

describe('mixed releases: the floor rises', () => {
  beforeEach(emptyFloor)

  it('with nothing that every release knows', async () => {
    const key = await makeKey(owner)
    await updateApiKey(key.actor, { id: key.id, name: 'renamed', disabled: false })
    await db().apiKey.update({
      where: { id: key.id },
      data: { expiresAt: new Date(), revokedAt: new Date() },
    })
    expect(await floor()).toEqual([])
  })

  it.each<[string, () => Promise<unknown>]>([
    ['ApiKey.allowedCidrs', () => makeKey(owner, { allowedCidrs: ['10.0.0.0/8'] })],
    ['ApiKey.rateLimit', () => makeKey(owner, { rateLimit: { limit: 5, windowSeconds: 60 } })],
    ['ClubPolicy.keyRateLimit', () => demand(owner.clubId, { keyRateLimit: 5, keyRateWindow: 60 })],
    ['ClubPolicy.rateLimit', () => demand(owner.clubId, { rateLimit: 5, rateWindow: 60 })],
    ['ClubPolicy.minKeyDays', () => demand(owner.clubId, { minKeyDays: 1 })],
    ['ClubPolicy.keyMakers', () => demand(owner.clubId, { keyMakers: ['COACH'] })],
    ['ClubPolicy.keyScopes', () => demand(owner.clubId, { keyScopes: {} })],
  ])('with the first %s, and stays for good', async (restriction, restrict) => {
    await restrict()
    const [table = '', column = ''] = restriction.split('.')
    const number = (RESTRICTIONS as Record<string, Record<string, number>>)[table]?.[column]
    expect(await floor()).toEqual([`${number} ${restriction}`])
    await ask(
      database.directUrl(),
      'UPDATE "ApiKey" SET "allowedCidrs" = NULL, "rateLimit" = NULL, "rateWindow" = NULL',
    )
    await ask(database.directUrl(), 'UPDATE "ClubPolicy" SET "keyRateLimit" = NULL, "keyRateWindow" = NULL, "rateLimit" = NULL, "rateWindow" = NULL') // prettier-ignore
    await ask(
      database.directUrl(),
      'UPDATE "ClubPolicy" SET "minKeyDays" = 0, "keyMakers" = NULL, "keyScopes" = NULL',
    )
    expect(await floor()).toEqual([`${number} ${restriction}`])
  })

  it('with a restriction that a key gets later', async () => {
    const key = await makeKey(owner)
    const operator = operatorActor(owner.clubId, owner.userId, 'test')
    await updateApiKey(operator, { id: key.id, allowedCidrs: ['10.0.0.0/8'] })
    expect(await floor()).toEqual(['1 ApiKey.allowedCidrs'])
  })

  it('in the transaction of the restriction: seen with it, and gone with it', async () => {
    const key = await makeKey(owner)
    const [writer, reader] = [new Client(database.url()), new Client(database.url())]
    await Promise.all([writer.connect(), reader.connect()])
    const seen = async (client: Client) => (await client.query('SELECT 1 FROM "RulesFloor"')).rowCount
    await writer.query('BEGIN')
    await writer.query(`UPDATE "ApiKey" SET "allowedCidrs" = '10.0.0.0/8' WHERE "id" = $1`, [key.id])
    expect([await seen(writer), await seen(reader)]).toEqual([1, 0])
    await writer.query('ROLLBACK')
    expect([await seen(writer), await seen(reader)]).toEqual([0, 0])
    await Promise.all([writer.end(), reader.end()])
  })

  it('once: whoever restricts after that writes nothing, tells nobody and waits for nobody', async () => {
    await makeKey(owner, { allowedCidrs: ['10.0.0.0/8'] })
    const keys = await Promise.all([makeKey(owner), makeKey(owner)])
    const [one, two] = [new Client(database.url()), new Client(database.url())]
    await Promise.all([one.connect(), two.connect()])
    const told: (string | undefined)[] = []
    two.on('notification', ({ payload }) => told.push(payload))
    await two.query('LISTEN clubkeys_changes')
    await one.query('BEGIN')
    const restrict = `UPDATE "ApiKey" SET "allowedCidrs" = '10.0.0.0/8' WHERE "id" = $1`
    await one.query(restrict, [keys[0].id])
    await two.query(`SET lock_timeout = '500ms'`)
    await two.query(restrict, [keys[1].id])
    await one.query('COMMIT')
    await eventually(async () => expect(told).toEqual(expect.arrayContaining(keys.map(({ id }) => id))))
    expect(told).not.toContain('*')
    const { rows } = await one.query(
      `SELECT n_tup_ins::int AS n FROM pg_stat_xact_user_tables WHERE relname = 'RulesFloor'`,
    )
    expect(rows).toEqual([{ n: 0 }])
    await Promise.all([one.end(), two.end()])
  })

  it('for both of two who restrict at the same first moment', async () => {
    await Promise.all([
      makeKey(owner, { allowedCidrs: ['10.0.0.0/8'] }),
      makeKey(await makeMember(owner.clubId, ['COACH']), { allowedCidrs: ['10.0.0.0/8'] }),
    ])
    expect(await floor()).toEqual(['1 ApiKey.allowedCidrs'])
  })

  it('and says so to everybody who listens', async () => {
    const key = await makeKey(owner)
    const listener = new Client(database.url())
    await listener.connect()
    const told: (string | undefined)[] = []
    listener.on('notification', ({ payload }) => told.push(payload))
    await listener.query('LISTEN clubkeys_changes')
    await ask(database.url(), `UPDATE "ApiKey" SET "rateLimit" = 5, "rateWindow" = 60 WHERE "id" = $1`, [
      key.id,
    ])
    await eventually(async () => expect(told).toContain('*'))
    await listener.end()
  })
})

describe('mixed releases: the floor never goes down', () => {
  beforeAll(() => makeKey(owner, { allowedCidrs: ['10.0.0.0/8'] }))

  it.each([
    'UPDATE "RulesFloor" SET "rules" = 9',
    'UPDATE "RulesFloor" SET "since" = now()',
    'DELETE FROM "RulesFloor"',
    'TRUNCATE "RulesFloor"',
  ])('by nobody: %s', async (sql) => {
    expect([await attempt(database.url(), sql), await attempt(database.directUrl(), sql)]).toEqual([
      NO_RIGHT,
      REFUSED,
    ])
  })

  it.each([
    `INSERT INTO "RulesFloor" ("rules", "restriction") VALUES (9, 'x')`,
    'ALTER TABLE "RulesFloor" DISABLE TRIGGER ALL',
    'DROP TABLE "RulesFloor"',
    'ALTER TABLE "ApiKey" DISABLE TRIGGER "ApiKey_allowedCidrs_needs_rules"',
    `CREATE TEMPORARY TABLE mine (n int);
     CREATE TRIGGER mine AFTER INSERT ON mine FOR EACH ROW EXECUTE FUNCTION raise_rules_floor('9', 'x')`,
  ])('and the app’s role does not raise or move it by hand: %s', async (sql) => {
    expect(await attempt(database.url(), sql)).toBe(NO_RIGHT)
  })

  it('a temporary table of its name takes no restriction away from it', async () => {
    await emptyFloor()
    const key = await makeKey(owner)
    await ask(
      database.url(),
      `CREATE TEMPORARY TABLE "RulesFloor" ("rules" int PRIMARY KEY, "restriction" text);
       UPDATE "ApiKey" SET "allowedCidrs" = '10.0.0.0/8' WHERE "id" = '${key.id}'`,
    )
    expect(await floor()).toEqual(['1 ApiKey.allowedCidrs'])
  })
})

describe('one list: src/lib/db/rules.ts and the triggers of the database', () => {
  /** Columns that take nothing away from a key, or that the first release knew. */
  const NO_RESTRICTION: Record<string, string[]> = {
    ApiKey: [
      'id clubId userId name digest start last4 scopes metadata metadataTerms createdAt updatedAt',
      'expiresAt disabledAt revokedAt revokedReason createdByKeyId rotatedFromId replacedById scopesSince imported',
      // What is told of it.
      'leakedAt leakSource leakUrl',
      // Every release takes a honeykey for a disabled key, and the database lets none enable it.
      'honey honeyUsedAt',
      // With `rateLimit`: both or neither.
      'rateWindow',
    ],
    // The zone says at which moment a day ends when a key is made; a key that is made knows the moment alone.
    Club: ['id slug name timeZone createdAt updatedAt'],
    ClubPolicy: [
      'clubId defaultKeyDays maxKeyDays allowNonExpiringKeys maxLiveKeysPerMember',
      'keyRateWindow rateWindow',
      // An earlier release takes no reports of leaks.
      'onLeak',
    ],
    Holder: ['clubId userId name kind keysToEnd'],
    Membership: ['id clubId userId name roles status vouched joinedAt updatedAt'],
    User: ['id kind name email emailVerified image passwordHash disabledAt createdAt updatedAt'],
    LoginSession: ['id userId authenticatedAt expiresAt revokedAt address userAgent createdAt'],
  }

  it('agree: each restriction raises the floor to its number, and nothing else does', async () => {
    const rows = await ask<{ table: string; args: string }>(
      database.directUrl(),
      `SELECT c.relname::text AS "table", encode(t.tgargs, 'escape') AS args FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE t.tgfoid = 'raise_rules_floor'::regproc`,
    )
    const triggers = rows.map(({ table, args }) => {
      const [rules, column] = args.split('\\000')
      return `${table}.${column} ${rules}`
    })
    const declared = Object.entries(RESTRICTIONS).flatMap(([table, columns]) =>
      Object.entries(columns).map(([column, rules]) => `${table}.${column} ${rules}`),
    )
    expect(triggers.sort()).toEqual(declared.sort())
  })

  it('know every column by which something is let in: add a new one to RESTRICTIONS with the next number and its trigger, or say here that it takes nothing away', async () => {
    const rows = await ask<{ table: string; column: string }>(
      database.directUrl(),
      `SELECT table_name::text AS "table", column_name::text AS "column" FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name = ANY ($1)`,
      [Object.keys(NO_RESTRICTION)],
    )
    const known = Object.entries(NO_RESTRICTION).flatMap(([table, lines]) => {
      const restricting = Object.keys((RESTRICTIONS as Record<string, object>)[table] ?? {})
      return [...lines.flatMap((line) => line.split(' ')), ...restricting].map(
        (column) => `${table}.${column}`,
      )
    })
    expect(rows.map(({ table, column }) => `${table}.${column}`).sort()).toEqual(known.sort())
  })

  it('numbers them without a gap', () => {
    const numbers = new Set(Object.values(RESTRICTIONS).flatMap((one) => Object.values(one)))
    expect([...numbers].sort((a, b) => a - b)).toEqual(Array.from({ length: RULES }, (_, i) => i + 1))
  })
})

// Last: from here on a newer release has been at this database.
describe('mixed releases: what a newer release restricts', () => {
  beforeAll(() => migrateAsNewer(database.directUrl()))
  beforeEach(() => lowerFloor(database.directUrl()))
  const operator = () => operatorActor(owner.clubId, owner.userId, 'test')
  const UNAVAILABLE = { code: 'unavailable' }

  it('is not handed on without the restriction: a rotation that comes after it changes nothing', async () => {
    const key = await makeKey(owner)
    await restrictAsNewer(database.url(), key.id)
    await expect(rotateApiKey(operator(), { id: key.id, graceSeconds: 60 })).rejects.toMatchObject(
      UNAVAILABLE,
    )
    expect(await db().apiKey.count({ where: { rotatedFromId: key.id } })).toBe(0)
  })

  it('nor by one that waited for it', async () => {
    const key = await makeKey(owner)
    const newer = new Client(database.url())
    await newer.connect()
    await newer.query('BEGIN')
    await newer.query('UPDATE "ApiKey" SET "quota" = 1 WHERE "id" = $1', [key.id])
    const rotating = rotateApiKey(operator(), { id: key.id, graceSeconds: 60 }).catch(
      (error: unknown) => error,
    )
    const waiting = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
    while ((await ask(database.directUrl(), waiting)).length === 0);
    await newer.query('COMMIT')
    expect(await rotating).toMatchObject(UNAVAILABLE)
    expect(await db().apiKey.count({ where: { rotatedFromId: key.id } })).toBe(0)
    await newer.end()
  })

  it('stops every change here, and no audit row says that there was one', async () => {
    const key = await makeKey(owner)
    await restrictAsNewer(database.url(), key.id)
    const rows = await db().auditEvent.count()
    const create = { name: 'made', scopes: ['practices:read' as const] }
    await expect(createApiKey(operator(), create)).rejects.toMatchObject(UNAVAILABLE)
    await expect(updateApiKey(operator(), { id: key.id, name: 'renamed' })).rejects.toMatchObject(UNAVAILABLE)
    expect(await db().auditEvent.count()).toBe(rows)
  })

  it('needs its number, which this release does not enforce', async () => {
    const key = await makeKey(owner)
    await restrictAsNewer(database.url(), key.id)
    expect((await floor()).at(-1)).toBe(`${NEWER_RULES} ApiKey.quota`)
    expect(NEWER_RULES).toBeGreaterThan(RULES)
  })
})
