import { randomUUID } from 'node:crypto'
import { Announced } from '../../support/announced'
import { makeClub, makeKey, makeMember, useDatabase, type Member } from '../../support/club'

const database = useDatabase()
let announced: Announced
let coach: Member
beforeAll(async () => {
  announced = await new Announced(database.directUrl()).open()
  const { id: clubId } = await makeClub()
  await makeMember(clubId, ['CLUB_ADMIN'])
  coach = await makeMember(clubId, ['COACH'])
})
beforeEach(async () => void (await announced.since()))
afterAll(async () => announced.close())

const member = (set: string) => `UPDATE "Membership" SET ${set} WHERE "userId" = '${coach.userId}'`
const user = (set: string) => `UPDATE "User" SET ${set} WHERE "id" = '${coach.userId}'`
const club = (set: string) => `UPDATE "Club" SET ${set} WHERE "id" = '${coach.clubId}'`

it('watches every table that the views read: SELECT watch(...) is missing in a migration for the others', async () => {
  const { rows } = await announced.client.query(`
    WITH RECURSIVE read(oid) AS (
      SELECT unnest('{principal,club}'::regclass[])::oid
      UNION
      SELECT d.refobjid FROM read JOIN pg_rewrite w ON w.ev_class = read.oid
        JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass)
    SELECT c.relname::text AS name, ARRAY(
        SELECT t.tgname::text FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgenabled = 'O' AND t.tgname LIKE 'clubkeys_%' ORDER BY 1) AS triggers
      FROM read JOIN pg_class c ON c.oid = read.oid WHERE c.relkind = 'r' ORDER BY 1`)
  const triggers = ['clubkeys_delete', 'clubkeys_insert', 'clubkeys_truncate', 'clubkeys_update']
  expect(rows).toEqual(['Club', 'Membership', 'User'].map((name) => ({ name, triggers })))
})

it.each([
  ['roles', () => member(`"roles" = '{ATHLETE}'`)],
  ['suspension', () => member(`"status" = 'SUSPENDED'`)],
  ['being let act again', () => member(`"status" = 'ACTIVE'`)],
  ['what the club calls them', () => member(`"name" = 'Kim'`)],
  ['a disabled user', () => user('"disabledAt" = now()')],
  ['an enabled one', () => user('"disabledAt" = NULL')],
  ['leaving', () => member(`"status" = 'REMOVED'`)],
])('announces a member’s %s, once', async (_, sql) => {
  expect(await announced.of(sql())).toEqual([coach.userId])
})

it.each(['slug', 'name'])('announces a club’s %s', async (column) => {
  const value = `new-${randomUUID().slice(0, 8)}`
  expect(await announced.of(club(`"${column}" = '${value}'`))).toEqual([coach.clubId])
})

it.each([
  ['a password', () => user(`"passwordHash" = 'x'`)],
  ['a proven address', () => user('"emailVerified" = now()')],
  ['a vouched member', () => member('"vouched" = true')],
  ['a club’s time zone', () => club(`"timeZone" = 'Europe/Rome'`)],
  ['a write that changes nothing', () => member(`"roles" = "roles", "updatedAt" = now()`)],
])('announces nothing of %s', async (_, sql) => {
  expect(await announced.of(sql())).toEqual([])
})

it('announces whom an operator deletes by hand, with what was theirs', async () => {
  const { userId } = await makeMember(coach.clubId, ['COACH'])
  const sql = `DELETE FROM "Membership" WHERE "userId" = '${userId}'; DELETE FROM "User" WHERE "id" = '${userId}'`
  expect(await announced.of(sql)).toEqual([userId])
})

it('ends the keys of a member whose row an operator deletes by hand', async () => {
  const leaver = await makeMember(coach.clubId, ['COACH'])
  const { id } = await makeKey(leaver)
  await announced.of(`DELETE FROM "Membership" WHERE "userId" = '${leaver.userId}'`)
  const { rows } = await announced.client.query('SELECT "revokedReason" FROM "ApiKey" WHERE "id" = $1', [id])
  expect(rows).toEqual([{ revokedReason: 'The owner left the club.' }])
})
