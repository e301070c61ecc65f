import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { makeClub, makeKey, makeMember, useDatabase, type Member } from './club'
import { ask, type Caller } from './in-process'
import { useRows } from './rows'

export const BODY = { name: 'made once', scopes: ['practices:write'] }

/** What is read of an answer, or of a refusal. */
type Answered = Record<'id' | 'key' | 'code' | 'setPasswordLink', string>

export async function post(caller: Caller, target: string, body: unknown, key: string) {
  const answer = await ask(caller, 'POST', target, body, { 'idempotency-key': key })
  const text = await answer.text()
  const json = JSON.parse(text) as Answered
  return {
    status: answer.status,
    replayed: answer.headers.get('idempotent-replayed'),
    text,
    json,
    headers: answer.headers,
  }
}

/** A key that made another one, which it can ask for again. */
export async function madeOnceBy(owner: Member) {
  const caller = await makeKey(owner)
  const key = randomUUID()
  const first = await post(caller, 'api-keys', BODY, key)
  expect(first).toMatchObject({ status: 201, replayed: null })
  return { caller, first, again: () => post(caller, 'api-keys', BODY, key) }
}

/** A club with a coach and an admin, in a database whose owner can make records older. */
export function useRecords() {
  const database = useDatabase()
  const rows = useRows(database.directUrl)
  let owner: Client
  let people: { clubId: string; coach: Member; admin: Member }
  beforeAll(async () => {
    owner = new Client(database.directUrl())
    owner.on('error', () => {}) // The database may be dropped before we leave.
    await owner.connect()
    const { id } = await makeClub()
    people = {
      clubId: id,
      coach: await makeMember(id, ['COACH']),
      admin: await makeMember(id, ['CLUB_ADMIN', 'COACH']),
    }
  })
  afterAll(async () => owner.end().catch(() => {}))
  return {
    database,
    rows,
    owner: () => owner,
    people: () => people,
    age: (by: string) => owner.query(`UPDATE "IdempotencyRecord" SET "at" = "at" - $1::interval`, [by]),
  }
}
