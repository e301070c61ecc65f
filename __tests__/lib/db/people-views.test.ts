import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { lookUpNobody } from '@/lib/auth/validate'
import { db } from '@/lib/db/client'
import { makeClub, makeMember, makeServiceAccount, useDatabase } from '../../support/club'
import { plansOf } from '../../support/plans'

const database = useDatabase()

let app: Client
beforeAll(async () => {
  app = new Client(database.url())
  app.on('error', () => {}) // The database may be dropped before it leaves.
  await app.connect()
})
afterAll(async () => app.end().catch(() => {}))

type Principal = { name: string; email: string | null; roles: string[]; active: boolean }

async function principal(clubId: string, userId: string): Promise<Principal[]> {
  const { rows } = await app.query<Principal>(
    'SELECT name, email, roles, active FROM principal WHERE club_id = $1 AND user_id = $2',
    [clubId, userId],
  )
  return rows
}

describe('principal', () => {
  it('has one row of a member, with the roles in their order and the person’s name', async () => {
    const { id: clubId } = await makeClub()
    const { userId, email, roles } = await makeMember(clubId, ['COACH', 'CLUB_ADMIN'])
    await makeMember(clubId, ['COACH'])
    const name = 'The COACH and CLUB_ADMIN'
    expect(await principal(clubId, userId)).toEqual([{ name, email, roles, active: true }])
    expect(await principal((await makeClub()).id, userId)).toEqual([])
  })

  it('says what the club calls them, and no address of a service account', async () => {
    const { id: clubId } = await makeClub()
    const { userId } = await makeMember(clubId, ['COACH'])
    await db().membership.updateMany({ where: { userId }, data: { name: 'Coach Kim' } })
    expect(await principal(clubId, userId)).toMatchObject([{ name: 'Coach Kim' }])
    const robot = await makeServiceAccount(clubId, ['COACH'], 'robot')
    expect(await principal(clubId, robot.userId)).toMatchObject([{ name: 'robot', email: null }])
  })

  it('says that nobody acts while they are suspended or disabled, and has no row of who left', async () => {
    const { id: clubId } = await makeClub()
    const { userId } = await makeMember(clubId, ['COACH'])
    const set = (status: 'ACTIVE' | 'SUSPENDED' | 'REMOVED') =>
      db().membership.updateMany({ where: { userId }, data: { status } })
    await set('SUSPENDED')
    expect(await principal(clubId, userId)).toMatchObject([{ active: false }])
    await set('ACTIVE')
    await db().user.update({ where: { id: userId }, data: { disabledAt: new Date() } })
    expect(await principal(clubId, userId)).toMatchObject([{ active: false }])
    await db().user.update({ where: { id: userId }, data: { disabledAt: null } })
    expect(await principal(clubId, userId)).toMatchObject([{ active: true }])
    await set('REMOVED')
    expect(await principal(clubId, userId)).toEqual([])
  })
})

it('club has the id as text, the slug and the name', async () => {
  const { id, slug, name } = await makeClub()
  const { rows } = await app.query('SELECT * FROM club WHERE club_id = $1', [id])
  expect(rows).toEqual([{ club_id: id, slug, name }])
})

describe('with 100,000 members', () => {
  const clubId = randomUUID()
  const ids = [randomUUID(), randomUUID()]

  beforeAll(async () => {
    const client = new Client(database.directUrl())
    await client.connect()
    await client.query(`
      ALTER TABLE "Membership" DISABLE TRIGGER USER;
      INSERT INTO "Club" ("id", "slug", "name", "updatedAt")
      SELECT md5('c' || n)::uuid, 'plans-' || n, 'C', now() FROM generate_series(1, 1000) n;
      INSERT INTO "Club" ("id", "slug", "name", "updatedAt") VALUES ('${clubId}', 'plans-large', 'C', now());
      INSERT INTO "User" ("id", "name", "email", "updatedAt")
      SELECT md5('u' || n)::uuid, 'U', n || '@plans.test', now() FROM generate_series(1, 100000) n;
      INSERT INTO "Membership" ("id", "clubId", "userId", "roles", "updatedAt")
      SELECT gen_random_uuid(), CASE WHEN n % 2 = 0 THEN '${clubId}' ELSE md5('c' || 1 + n % 1000)::uuid END, md5('u' || n)::uuid, '{ATHLETE}', now()
        FROM generate_series(1, 100000) n;
      INSERT INTO "ApiKey" ("id", "clubId", "userId", "name", "digest", "start", "last4", "scopes", "updatedAt")
      SELECT gen_random_uuid(), "clubId", "userId", 'k', sha256("id"::text::bytea), 's', 'l', '{}', now() FROM "Membership" WHERE "status" = 'ACTIVE' LIMIT 10000;
      INSERT INTO "ClubPolicy" ("clubId") SELECT "id" FROM "Club";
      ALTER TABLE "Membership" ENABLE TRIGGER USER`)
    await client.query('VACUUM ANALYZE')
    await client.end()
  }, 120_000)

  it.each<[string, string, unknown[]]>([
    [
      'one member of one club',
      'SELECT * FROM principal WHERE club_id = $1 AND user_id = $2',
      [clubId, ids[0]],
    ],
    [
      'some members of one club',
      'SELECT * FROM principal WHERE club_id = $1 AND user_id = ANY ($2)',
      [clubId, ids],
    ],
    ['the clubs of one person', 'SELECT * FROM principal WHERE user_id = $1', [ids[0]]],
    ['one club', 'SELECT * FROM club WHERE club_id = $1', [clubId]],
    ['some clubs', 'SELECT * FROM club WHERE club_id = ANY ($1)', [ids]],
    [
      'the owner and the club of a key',
      `SELECT k."id", p.roles, p.active, c.slug FROM "ApiKey" k
         LEFT JOIN LATERAL (SELECT roles, active FROM principal WHERE club_id = k."clubId"::text AND user_id = k."userId"::text OFFSET 0) p ON true
         LEFT JOIN LATERAL (SELECT slug FROM club WHERE club_id = k."clubId"::text OFFSET 0) c ON true
        WHERE k."digest" = $1`,
      [Buffer.alloc(32)],
    ],
  ])('finds by indexes alone: %s', async (_, text, values) => {
    const plans = await plansOf(database.directUrl(), () => app.query(text, values))
    const reads = plans.filter((node) => node['Relation Name'] !== undefined)
    expect(reads.length).toBeGreaterThan(0)
    expect(reads.filter((node) => !/^(Index|Bitmap Heap)/.test(node['Node Type']))).toEqual([])
  })

  it('G6: a verification reads by indexes alone, also what the layer keeps itself', async () => {
    const plans = await plansOf(database.directUrl(), lookUpNobody)
    // Of the floor of rules there is a row for each release.
    const reads = plans.filter((node) => (node['Relation Name'] ?? 'RulesFloor') !== 'RulesFloor')
    const tables = new Set(reads.map((node) => node['Relation Name']))
    expect(tables).toEqual(new Set(['ApiKey', 'Holder', 'ClubPolicy', 'Membership', 'User', 'Club']))
    expect(reads.filter((node) => !/^(Index|Bitmap Heap)/.test(node['Node Type']))).toEqual([])
  })
})
