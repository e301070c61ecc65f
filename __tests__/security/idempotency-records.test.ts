import { randomBytes, randomUUID } from 'node:crypto'
import { db } from '@/lib/db/client'
import { unsealUnder } from '@/lib/idempotency/sealed'
import { sweep } from '@/lib/sweep/sweep'
import { makeKey, type Member } from '../support/club'
import { BODY, madeOnceBy, post, useRecords } from '../support/idempotency'
import { signedIn } from '../support/in-process'

const { rows, owner, people, age } = useRecords()

let coach: Member
let admin: Member
beforeAll(() => {
  ;({ coach, admin } = people())
})

const madeOnce = () => madeOnceBy(coach)

describe('G1: what is kept for a repeated request', () => {
  it('opens for nobody who has the database alone', async () => {
    const { caller, first, again } = await madeOnce()
    const session = await signedIn(coach)
    const idempotencyKey = `given by ${randomUUID()}`.replaceAll(' ', '-')
    const made = await post(session, 'api-keys', BODY, idempotencyKey)
    const values = (await rows.values()).map(({ text }) => text)
    for (const secret of [caller.token, first.json.key, made.json.key, idempotencyKey])
      for (const text of values) expect(text).not.toContain(secret)
    const records = await db().idempotencyRecord.findMany({ where: { sealed: { not: null } } })
    expect(records.length).toBeGreaterThan(1)
    for (const { sealed, digest } of records)
      for (const text of [...values, ''].slice(-500))
        expect(unsealUnder(text, Buffer.from(digest), sealed!)).toBeNull()
    expect((await again()).json.key).toBe(first.json.key)
  })

  it('opens for no other record, credential or Idempotency-Key, even if somebody moves it', async () => {
    const [one, other] = [await madeOnce(), await madeOnce()]
    const move = `UPDATE "IdempotencyRecord" a SET "sealed" = b."sealed" FROM "IdempotencyRecord" b WHERE a."credential" = $1 AND b."credential" = $2`
    await owner().query(move, [`key:${one.caller.id}`, `key:${other.caller.id}`])
    expect((await one.again()).json).toMatchObject({ id: one.first.json.id, key: null })
    await owner().query(`UPDATE "IdempotencyRecord" SET "sealed" = $1`, [randomBytes(80)])
    expect((await other.again()).json).toMatchObject({ id: other.first.json.id, key: null })
  })

  it('goes with time, the token first', async () => {
    const { again } = await madeOnce()
    await sweep()
    expect((await again()).json.key).toMatch(/^sk_club_/)
    await age('10 minutes')
    expect((await sweep())['IdempotencyRecord.sealed']).toBeGreaterThan(0)
    expect(await db().idempotencyRecord.count({ where: { sealed: { not: null } } })).toBe(0)
    expect((await again()).replayed).toBe('true')
    await age('24 hours')
    expect((await sweep()).IdempotencyRecord).toBeGreaterThan(0)
    expect(await db().idempotencyRecord.count()).toBe(0)
  })

  it('holds no link of an invitation, which no answer repeats', async () => {
    const session = await signedIn(admin)
    const invite = () => post(session, 'members', { email: 'new@example.test', roles: ['COACH'] }, 'invite')
    const first = await invite()
    const link = first.json.setPasswordLink
    expect(link).toMatch(/^http/)
    const token = link.split(/[#=]/).at(-1)!
    for (const { text } of await rows.values()) expect(text).not.toContain(token)
    expect(await invite()).toMatchObject({
      status: 201,
      replayed: 'true',
      json: { ...first.json, setPasswordLink: null },
    })
  })
})

describe('G9: a change and its record', () => {
  const refusing = async (table: string, run: () => Promise<void>) => {
    await owner().query(`
      CREATE OR REPLACE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''not today''; END';
      CREATE TRIGGER fail BEFORE INSERT ON "${table}" FOR EACH ROW EXECUTE FUNCTION fail()`)
    try {
      await run()
    } finally {
      await owner().query(`DROP TRIGGER fail ON "${table}"`)
    }
  }

  it.each(['IdempotencyRecord', 'AuditEvent'])(
    'are both undone where one cannot be written: %s',
    async (table) => {
      const caller = await makeKey(coach)
      const before = await rows.all()
      await refusing(table, async () => {
        expect((await post(caller, 'api-keys', BODY, 'both')).status).toBe(500)
      })
      expect(await rows.all()).toEqual(before)
      expect(await post(caller, 'api-keys', BODY, 'both')).toMatchObject({ status: 201, replayed: null })
    },
  )

  it('while the first one is being worked on, every other one is told to come back', async () => {
    const caller = await makeKey(coach)
    await owner().query('BEGIN')
    const held = await owner().query(
      `SELECT 1 FROM "Holder" WHERE "clubId" = $1 AND "userId" = $2 FOR UPDATE`,
      [coach.clubId, coach.userId],
    )
    expect(held.rowCount).toBe(1)
    const first = post(caller, 'api-keys', BODY, 'slow')
    const waiting = `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`
    while ((await owner().query(waiting)).rowCount === 0);
    const others = await Promise.all([1, 2, 3].map(() => post(caller, 'api-keys', BODY, 'slow')))
    await owner().query('ROLLBACK')
    for (const { status, json, headers } of others)
      expect([status, json.code, headers.get('retry-after')]).toEqual([409, 'idempotency_key_in_use', '1'])
    const answered = await first
    // The server may have ended the statement that waited: then nothing was made, and it may be tried again.
    const again = await post(caller, 'api-keys', BODY, 'slow')
    expect(again.status).toBe(201)
    if (answered.status === 201) expect(again).toMatchObject({ replayed: 'true', text: answered.text })
  })
})
