import { Client } from 'pg'
import { Announced } from '../../support/announced'
import { ask } from '../../support/embedded'
import { createTestDatabase, type TestDatabase } from '../../support/postgres'

let database: TestDatabase
let announced: Announced
const run = (sql: string) => announced.client.query(sql)

/** What `staff` says of people, and what `from` adds to it. */
const principal = (from = '') => `
  CREATE OR REPLACE VIEW principal AS
    SELECT org AS club_id, "Id" AS user_id, label AS name, email, ARRAY[role COLLATE "default"] AS roles, true AS active FROM staff ${from}`

beforeEach(async () => {
  database = await createTestDatabase()
  announced = await new Announced(database.directUrl).open()
  await run(`
    CREATE COLLATION any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
    CREATE TABLE staff ("Id" text, org text, label text, email text, role text COLLATE any_case, badge text);
    INSERT INTO staff VALUES ('kim', 'org', 'Kim', NULL, 'COACH');
    ${principal()};
    SELECT watch('staff', 'Id', 'org')`)
})
afterEach(async () => {
  await announced.close()
  await database.drop()
})

describe('what is announced', () => {
  it.each([
    ['a comma', 'a,b'],
    ['what means everything', '*'],
    ['what means a new key', '+'],
    ['what means the outbox', 'outbox'],
    ['what begins a heartbeat', 'beat me'],
    ['nothing', ''],
    ['too much', 'x'.repeat(7_901)],
  ])('is everything, for an id that holds %s', async (_, id) => {
    expect(await announced.of(`INSERT INTO staff VALUES ('${id}', '', 'Odd')`)).toEqual(['*'])
  })

  it('is 200 people by name, and everything for more', async () => {
    const people = (count: number) =>
      `INSERT INTO staff SELECT 'p' || n, 'org', 'P' FROM generate_series(1, ${count}) n`
    const [payload, ...others] = await announced.of(people(200))
    expect([payload?.split(',').length, others]).toEqual([200, []])
    expect(await announced.of(people(201))).toEqual(['*'])
  })

  it('is the club where a row has no user, and everything where it has neither', async () => {
    expect(await announced.of(`INSERT INTO staff VALUES (NULL, 'org')`)).toEqual(['org'])
    expect(await announced.of(`UPDATE staff SET org = NULL WHERE "Id" IS NULL`)).toEqual(['*'])
  })

  it('tells apart what the database takes for equal, and counts equal rows', async () => {
    expect(await announced.of(`UPDATE staff SET role = 'coach'`)).toEqual(['kim'])
    await announced.of('INSERT INTO staff SELECT * FROM staff')
    const both = `UPDATE staff SET "Id" = CASE WHEN ctid = (SELECT min(ctid) FROM staff) THEN 'lee' ELSE 'kim' END`
    expect(await announced.of(both)).toEqual(['kim,lee'])
  })

  it('comes from the rows that a statement really wrote, by whatever statement', async () => {
    expect(await announced.of(`UPDATE staff SET role = role, badge = 'new'`)).toEqual([])
    expect(await announced.of(`UPDATE staff SET role = 'ATHLETE' WHERE "Id" = 'nobody'`)).toEqual([])
    const merge = `MERGE INTO staff s USING (VALUES ('kim'), ('lee')) v(id) ON s."Id" = v.id
      WHEN MATCHED THEN UPDATE SET role = 'ATHLETE' WHEN NOT MATCHED THEN INSERT ("Id", org) VALUES (v.id, 'org')`
    expect(await announced.of(merge)).toEqual(['kim,lee'])
  })

  it('stays the same when a column that counts gets another name', async () => {
    await run('ALTER TABLE staff RENAME role TO duty; ALTER TABLE staff RENAME "Id" TO "the Id"')
    expect(await announced.of(`UPDATE staff SET duty = 'ATHLETE'`)).toEqual(['kim'])
    await run('ALTER TABLE staff RENAME TO crew')
    expect(await announced.of(`UPDATE crew SET duty = 'COACH'`)).toEqual(['kim'])
  })

  it('is the club where the column of users was taken away', async () => {
    await run(`
      ALTER TABLE staff ADD who text; UPDATE staff SET who = "Id";
      ${principal().replace('"Id" AS', 'who AS')}; ALTER TABLE staff DROP COLUMN "Id"`)
    expect(await announced.of(`UPDATE staff SET role = 'ATHLETE'`)).toEqual(['org'])
  })

  it('does not depend on what the session calls its temporary tables', async () => {
    await run(
      `CREATE TEMP TABLE "PeopleChange" (n int); CREATE TEMP TABLE principal (n int); CREATE TEMP TABLE "Holder" (n int)`,
    )
    expect(await announced.of(`UPDATE staff SET role = 'ATHLETE'`)).toEqual(['kim'])
  })
})

describe('the columns that count', () => {
  const counting = async () =>
    (await ask<{ name: string }>(database.directUrl,
      `SELECT a.attname::text AS name FROM unnest(columns_read('staff', '{principal}')) n JOIN pg_attribute a ON a.attrelid = 'staff'::regclass AND a.attnum = n ORDER BY n`,
    )).map(({ name }) => name) // prettier-ignore
  const all = ['Id', 'org', 'label', 'email', 'role', 'badge']

  it('are those that the view reads, in conditions and other queries too', async () => {
    expect(await counting()).toEqual(all.slice(0, 5))
    await run(principal('WHERE badge IS NOT NULL'))
    expect(await counting()).toEqual(all)
    await run(principal('s WHERE EXISTS (SELECT FROM staff o WHERE o.badge = s.org)'))
    expect(await counting()).toEqual(all)
  })

  it('are also those that it reads by way of other views', async () => {
    await run(`
      CREATE VIEW badges AS SELECT badge FROM staff;
      CREATE VIEW more AS SELECT * FROM badges;
      ${principal('WHERE badge IS NULL OR org IN (SELECT badge FROM more)')}`)
    expect(await counting()).toEqual(all)
  })

  it('are all where it takes a row as a whole', async () => {
    await run(principal(`s WHERE to_jsonb(s) ->> 'badge' IS NULL`))
    expect(await counting()).toEqual(all)
  })

  it('are set anew when it is asked to watch once more', async () => {
    await run(principal('WHERE badge IS NULL'))
    expect(await announced.of(`UPDATE staff SET badge = 'new'`)).toEqual([])
    await run(`SELECT watch('staff', 'Id', 'org')`)
    expect(await announced.of('UPDATE staff SET badge = NULL')).toEqual(['kim'])
  })
})

describe('watching', () => {
  const triggers = () =>
    ask(database.directUrl,
      `SELECT tgname, oid, xmin, tgenabled FROM pg_trigger WHERE tgrelid = 'staff'::regclass ORDER BY 1`) // prettier-ignore

  it('touches nothing where all is right, and makes one set of triggers', async () => {
    const before = await triggers()
    expect(before).toHaveLength(4)
    await run(`SELECT watch('staff', 'Id', 'org'), watch('staff', 'Id', 'org')`)
    expect(await triggers()).toEqual(before)
    await run(`SELECT watch('staff', 'Id', NULL)`)
    expect(await triggers()).toHaveLength(4)
  })

  it('makes again what is missing or off', async () => {
    await run('ALTER TABLE staff DISABLE TRIGGER USER; DROP TRIGGER clubkeys_delete ON staff')
    expect(await announced.of(`UPDATE staff SET role = 'ATHLETE'`)).toEqual([])
    await run(`SELECT watch('staff', 'Id', 'org')`)
    expect(await announced.of(`UPDATE staff SET role = 'COACH'`)).toEqual(['kim'])
    expect(await announced.of('DELETE FROM staff')).toEqual(['kim'])
  })

  it.each([
    ['a partitioned table', 'CREATE TABLE t (a text) PARTITION BY LIST (a)', /partitioned/],
    ['a partition', 'CREATE TABLE whole (a text) PARTITION BY LIST (a); CREATE TABLE t PARTITION OF whole DEFAULT', /partitioned/],
    ['a table that others inherit', 'CREATE TABLE t (a text); CREATE TABLE part () INHERITS (t)', /inherits/],
    ['a table that inherits', 'CREATE TABLE whole (a text); CREATE TABLE t () INHERITS (whole)', /inherits/],
    ['a view', 'CREATE VIEW t AS SELECT 1 AS a', /no table: watch those that it reads/],
    ['what is filled by hand', 'CREATE MATERIALIZED VIEW t AS SELECT 1 AS a', /no table/],
    ['a temporary table', 'CREATE TEMP TABLE t (a text)', /temporary/],
    ['a table that neither view reads', 'CREATE TABLE t (a text)', /neither "principal" nor "club" reads t/],
    ['a column that is not there', '', /staff has no column "id"/, `SELECT watch('staff', 'id', 'org')`],
  ])('refuses, in a sentence, %s', async (_, sql, sentence, statement = `SELECT watch('t', 'a', NULL)`) => {
    await run(sql)
    await expect(run(statement)).rejects.toThrow(sentence)
  }) // prettier-ignore

  it('no function looks into temporary tables first', async () => {
    const { rows } = await run(`
      SELECT p.oid::regprocedure::text AS name FROM pg_proc p
       WHERE p.pronamespace = 'public'::regnamespace AND p.proconfig[1] IS DISTINCT FROM 'search_path=public, pg_temp'`)
    expect(rows).toEqual([])
  })

  it('is the owner’s alone, as are its parts', async () => {
    const { rows } = await run(`
      SELECT p.oid::regprocedure::text AS name FROM pg_proc p
       WHERE p.proname IN ('watch', 'settle_holders', 'note_people_change', 'tell_people_changes', 'settle_people', 'columns_read', 'unwatchable', 'column_number')
         AND NOT has_function_privilege('clubkeys_web', p.oid, 'EXECUTE') `)
    expect(rows).toHaveLength(8)
  })

  it('serves whoever may write the table, and nobody else', async () => {
    await run('GRANT SELECT, UPDATE ON staff TO clubkeys_web')
    const app = new Client(database.url)
    await app.connect()
    await app.query(`UPDATE staff SET role = 'ATHLETE'`)
    await expect(app.query(`SELECT watch('staff', 'Id', 'org')`)).rejects.toMatchObject({ code: '42501' })
    await expect(app.query('DELETE FROM "PeopleChange"')).rejects.toMatchObject({ code: '42501' })
    await app.end()
    expect(await announced.since()).toEqual(['kim'])
  })
})
