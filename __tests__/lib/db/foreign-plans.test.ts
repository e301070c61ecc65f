import { lookUpNobody } from '@/lib/auth/validate'
import { Announced } from '../../support/announced'
import { useDatabase } from '../../support/club'
import { oneRole, rolesInRows } from '../../support/foreign-hosts'
import { plansOf } from '../../support/plans'
import { createTestDatabase, type TestDatabase } from '../../support/postgres'

// What finding one member costs where 20,000 have their roles in rows of their own.

const { club, kim, install, rows } = rolesInRows
const GROUPED = `
  CREATE OR REPLACE VIEW principal AS
    SELECT m.team_id::text AS club_id, m.person_id::text AS user_id, min(p.label) AS name, min(p.mail) AS email,
           array_agg(r.role ORDER BY r.role) AS roles, true AS active
      FROM team_people m JOIN people p ON p.id = m.person_id JOIN team_roles r ON r.team_id = m.team_id AND r.person_id = m.person_id
     GROUP BY m.team_id, m.person_id`

let database: TestDatabase
let announced: Announced
beforeAll(async () => {
  database = await createTestDatabase()
  announced = await new Announced(database.directUrl).open()
  await announced.client.query(`
    ${install}; ${rows};
    CREATE TABLE held (digest text PRIMARY KEY, club text, person text);
    INSERT INTO held VALUES ('digest', '${club}', '${kim}');
    INSERT INTO people SELECT md5('p' || n)::uuid, 'P' FROM generate_series(1, 20000) n;
    INSERT INTO team_people SELECT '${club}', md5('p' || n)::uuid FROM generate_series(1, 20000) n;
    INSERT INTO team_roles SELECT '${club}', md5('p' || n)::uuid, 'COACH' FROM generate_series(1, 20000) n`)
  await announced.client.query('VACUUM ANALYZE')
}, 120_000)
afterAll(async () => {
  await announced.close()
  await database.drop()
})

/** Tables that are read as a whole. */
async function readWhole(join: string): Promise<string[]> {
  const text = `SELECT * FROM held k ${join} WHERE k.digest = 'digest'`
  const plans = await plansOf(database.directUrl, () => announced.client.query(text))
  const reads = plans.filter((node) => node['Node Type'] === 'Seq Scan')
  return reads.map((node) => node['Relation Name'] ?? '').filter((name) => name !== 'held')
}

const LATERAL =
  'LEFT JOIN LATERAL (SELECT * FROM principal p WHERE p.club_id = k.club AND p.user_id = k.person OFFSET 0) p ON true'

it('reads indexes alone where the roles are an array of their own query', async () => {
  expect(await readWhole(LATERAL)).toEqual([])
})

it('reads indexes alone where the view groups rows, if it is asked for one member at a time', async () => {
  await announced.client.query(GROUPED)
  expect(await readWhole(LATERAL)).toEqual([])
  // Joined plainly, it is made of everybody first.
  expect(await readWhole('LEFT JOIN principal p ON p.club_id = k.club AND p.user_id = k.person')).toContain(
    'team_roles',
  )
})

describe('with ids that are text in the app’s tables, too', () => {
  const own = useDatabase()

  it('G6: a verification reads by indexes alone', async () => {
    const opened = await new Announced(own.directUrl()).open()
    const { client } = opened
    await client.query(`${oneRole.install}; ${oneRole.rows}`)
    await client.query(`
      INSERT INTO host."Organization" SELECT 'cm3' || md5('o' || n), 'o' || n, 'O' FROM generate_series(1, 1000) n;
      INSERT INTO "ClubPolicy" ("clubId") SELECT club_id FROM club;
      INSERT INTO host."User" SELECT 'cm3' || md5('u' || n), 'P' FROM generate_series(1, 20000) n;
      INSERT INTO host."Member" SELECT 'm' || "id", 'GUEST', NULL, '${oneRole.club}', "id" FROM host."User" WHERE "fullName" = 'P';
      INSERT INTO "ApiKey" ("id", "clubId", "userId", "name", "digest", "start", "last4", "scopes", "updatedAt")
      SELECT gen_random_uuid(), club_id, user_id, 'k', sha256(user_id::bytea), 's', 'l', '{}', now() FROM principal LIMIT 5000`)
    await client.query('VACUUM ANALYZE')
    const plans = await plansOf(own.directUrl(), lookUpNobody)
    // Of the floor of rules there is a row for each release.
    const reads = plans.filter((node) => (node['Relation Name'] ?? 'RulesFloor') !== 'RulesFloor')
    expect(new Set(reads.map((node) => node['Relation Name']))).toEqual(
      new Set(['ApiKey', 'Holder', 'ClubPolicy', 'Member', 'User', 'Organization']),
    )
    const whole = reads.filter((node) => !/^(Index|Bitmap Heap)/.test(node['Node Type']))
    expect(whole.map((node) => node['Relation Name'])).toEqual([])
    await opened.close()
  }, 120_000)
})
