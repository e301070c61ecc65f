import { randomBytes, randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { Announced } from '../../support/announced'
import { foreignHosts, rolesInRows, type ForeignHost } from '../../support/foreign-hosts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres'

// Whoever leaves leaves their keys behind: in a database whose people stand in somebody else's tables.

/** A database with this app's tables beside the layer's, as it is before each test. */
function useHost({ club, install, rows }: ForeignHost) {
  let database: TestDatabase
  let announced: Announced
  beforeAll(async () => {
    database = await createTestDatabase()
    announced = await new Announced(database.directUrl).open()
    await announced.client.query(install)
  })
  beforeEach(async () => {
    await announced.client.query(rows)
  })
  afterAll(async () => {
    await announced.close()
    await database.drop()
  })

  async function makeKeys(userId: string, count = 1, client = announced.client): Promise<string[]> {
    const ids = Array.from({ length: count }, () => randomUUID())
    await client.query(
      `INSERT INTO "ApiKey" ("id", "clubId", "userId", "name", "digest", "start", "last4", "scopes", "updatedAt")
       SELECT i, $1, $2, 'k', decode($4, 'hex') || decode(replace(i::text, '-', ''), 'hex'), 's', 'l', '{}', now() FROM unnest($3::uuid[]) i`,
      [club, userId, ids, randomBytes(16).toString('hex')],
    )
    return ids
  }

  async function liveOf(ids: string[]): Promise<number> {
    const { rows: found } = await announced.client.query<{ live: string }>(
      'SELECT count(*) AS live FROM "ApiKey" WHERE "id" = ANY ($1) AND "revokedAt" IS NULL',
      [ids],
    )
    return Number(found[0]?.live)
  }

  /** How many of the keys are on record as ended, and by how many rows. */
  async function recordedOf(ids: string[]) {
    const { rows: found } = await announced.client.query<{ keys: number; rows: number }>(
      `SELECT count(DISTINCT "targetId")::int AS keys, count(*)::int AS rows FROM "AuditEvent"
        WHERE "clubId" = $1 AND "targetId" = ANY ($2) AND "targetType" = 'ApiKey' AND "action" = 'api-key.revoke' AND "actorKind" = 'system'
          AND "changes" = '{"reason": {"from": null, "to": "The owner left the club."}}'`,
      [club, ids],
    )
    return found[0]
  }

  return { database: () => database, announced: () => announced, makeKeys, liveOf, recordedOf }
}

describe.each(foreignHosts.map((host) => [host.title, host] as const))('%s', (_, host: ForeignHost) => {
  const { kim, acts, rows } = host
  const { announced, makeKeys, liveOf, recordedOf } = useHost(host)

  it.each(['leave', 'deleteUser', 'deleteClub', 'truncate'] as const)(
    'ends their keys with the commit, and says so of owner and keys: %s',
    async (act) => {
      const ids = await makeKeys(kim)
      const heard = await announced().of(acts[act])
      expect(await liveOf(ids)).toBe(0)
      if (act === 'truncate') expect(heard).toContain('*')
      else expect(heard.join()).toEqual(expect.stringContaining(kim))
      if (act !== 'deleteClub') expect(heard).toContain(ids[0])
      const { rows: reasons } = await announced().client.query('SELECT "revokedReason" FROM "ApiKey" WHERE "id" = ANY ($1)', [ids]) // prettier-ignore
      expect(reasons).toEqual([{ revokedReason: 'The owner left the club.' }])
    },
  )

  it('ends nobody else’s', async () => {
    const ids = await makeKeys(host.lee)
    await announced().of(acts.leave)
    expect(await liveOf(ids)).toBe(1)
  })

  it.each(['demote', 'suspend', 'seen'] as const)('ends none while they are a member: %s', async (act) => {
    const ids = await makeKeys(kim)
    await announced().of(acts[act])
    expect(await liveOf(ids)).toBe(1)
  })

  it('keeps the keys of a member who is taken out and put back in one transaction', async () => {
    const ids = await makeKeys(kim)
    await announced().of(`${acts.leave}; ${acts.join}`)
    expect(await liveOf(ids)).toBe(1)
  })

  it('keeps them when the whole table is written anew in one transaction', async () => {
    const ids = await makeKeys(kim)
    await announced().of(rows)
    expect(await liveOf(ids)).toBe(1)
  })

  it('ends them when they are put back in another one', async () => {
    const ids = await makeKeys(kim)
    await announced().of(acts.leave)
    await announced().of(acts.join)
    expect(await liveOf(ids)).toBe(0)
  })

  it('revives none of more keys than one commit ends', async () => {
    const ids = await makeKeys(kim, 150)
    await announced().of(acts.leave)
    expect(await liveOf(ids)).toBe(50)
    await announced().of(acts.join)
    expect(await liveOf(ids)).toBe(0)
  })

  it('G9: has each key that ends on record, once: with the commit, and those that end later', async () => {
    const ids = await makeKeys(kim, 150)
    await announced().of(acts.leave)
    expect(await recordedOf(ids)).toEqual({ keys: 100, rows: 100 })
    await announced().of(acts.join)
    expect(await recordedOf(ids)).toEqual({ keys: 150, rows: 150 })
  })

  it('waits for no commit where the transaction asks it not to', async () => {
    const ids = await makeKeys(kim)
    await announced().client.query(`BEGIN; SET CONSTRAINTS ALL IMMEDIATE; ${acts.leave}`)
    expect(await liveOf(ids)).toBe(0)
    await announced().client.query('ROLLBACK')
    expect(await liveOf(ids)).toBe(1)
  })
})

describe('a first key that is made while its owner leaves', () => {
  const { club } = rolesInRows
  const { database, announced, makeKeys, liveOf } = useHost(rolesInRows)
  let zoe: string
  let maker: Client
  beforeEach(async () => {
    zoe = randomUUID()
    maker = new Client(database().directUrl)
    maker.on('error', () => {}) // The database may be dropped before it leaves.
    await maker.connect()
    await announced().client.query(`
      INSERT INTO people VALUES ('${zoe}', 'Zoe');
      INSERT INTO people SELECT md5('many' || n)::uuid, 'P' FROM generate_series(1, 1500) n;
      INSERT INTO team_people SELECT '${club}', id FROM people ON CONFLICT DO NOTHING`)
  })
  afterEach(async () => maker.end())

  const isWaiting = async () => {
    const { rows: found } = await maker.query('SELECT FROM pg_locks WHERE NOT granted')
    return found.length > 0
  }

  it.each([
    ['alone', () => `WHERE person_id = '${zoe}'`],
    ['with many others', () => ''],
  ])('ends when they leave %s', async (_, where) => {
    await maker.query('BEGIN')
    const ids = await makeKeys(zoe, 1, maker)
    await announced().client.query(`BEGIN; DELETE FROM team_people ${where()}`)
    const left = announced().client.query('COMMIT')
    while (!(await isWaiting())) await new Promise((resolve) => setTimeout(resolve, 10))
    await maker.query('COMMIT')
    await left
    expect(await liveOf(ids)).toBe(0)
  })

  it.each([
    ['alone', () => `WHERE person_id = '${zoe}'`],
    ['with many others', () => ''],
  ])('keeps them from leaving %s in a transaction that cannot see it', async (_, where) => {
    await announced().client.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM team_people')
    const ids = await makeKeys(zoe, 1, maker)
    await announced().client.query(`DELETE FROM team_people ${where()}`)
    await expect(announced().client.query('COMMIT')).rejects.toMatchObject({ code: '40001' })
    expect(await liveOf(ids)).toBe(1)
  })
})
