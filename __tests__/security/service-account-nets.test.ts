import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { db } from '@/lib/db/client'
import { makeClub, makeMember, useDatabase } from '../support/club'

const database = useDatabase()

/** The owner of the tables: what is refused to them is refused to everyone. */
let owner: Client
beforeAll(async () => {
  owner = new Client(database.directUrl())
  owner.on('error', () => {}) // The database may be dropped before they leave.
  await owner.connect()
})
afterAll(async () => owner.end().catch(() => {}))

const CHECK = '23514'
const REFUSED = '23000'

async function attempt(sql: string, values: unknown[] = [], client = owner): Promise<string> {
  try {
    await client.query(sql, values)
    return 'allowed'
  } catch (error) {
    return (error as { code: string }).code
  }
}

async function setup() {
  const { id: clubId } = await makeClub()
  const { id: userId } = await db().user.create({ data: { kind: 'service', name: 'robot' } })
  await db().membership.create({ data: { clubId, userId, roles: ['CLUB_ADMIN'] } })
  return { clubId, userId, person: await makeMember(clubId, ['CLUB_ADMIN']) }
}

const JOIN = `INSERT INTO "Membership" ("id", "clubId", "userId", "roles", "updatedAt") VALUES (gen_random_uuid(), $1, $2, '{COACH}', now())`

describe('G3, third net: a service account belongs to one club and never signs in', () => {
  it('joins no second club, while a person may', async () => {
    const { userId, person } = await setup()
    const other = await makeClub()
    expect(await attempt(JOIN, [other.id, userId])).toBe(CHECK)
    expect(await attempt(JOIN, [other.id, person.userId])).toBe('allowed')
  })

  it('of two clubs that claim it at once, one gets it', async () => {
    const { id: userId } = await db().user.create({ data: { kind: 'service', name: 'nobody’s' } })
    const second = new Client(database.directUrl())
    await second.connect()
    const [one, two] = [await makeClub(), await makeClub()]
    await owner.query('BEGIN')
    expect(await attempt(JOIN, [one.id, userId])).toBe('allowed')
    const claim = attempt(JOIN, [two.id, userId], second)
    await owner.query('COMMIT')
    expect(await claim).toBe(CHECK)
    await second.end()
    expect(await db().membership.count({ where: { userId } })).toBe(1)
  })

  it.each([
    [
      'a sign-in',
      `INSERT INTO "LoginSession" ("id", "userId", "expiresAt") VALUES (gen_random_uuid(), $1, now() + interval '1 hour')`,
    ],
    [
      'an identity',
      `INSERT INTO "Account" ("id", "userId", "type", "provider", "providerAccountId") VALUES (gen_random_uuid(), $1, 'oidc', 'p', gen_random_uuid()::text)`,
    ],
    ['a password', `UPDATE "User" SET "passwordHash" = 'x' WHERE "id" = $1`],
    ['a proven address', `UPDATE "User" SET "emailVerified" = now() WHERE "id" = $1`],
  ])('has no %s, while a person may', async (_, sql) => {
    const { userId, person } = await setup()
    expect(await attempt(sql, [userId])).toBe(CHECK)
    expect(await attempt(sql, [person.userId])).toBe('allowed')
  })

  it('is given no sign-in or identity of somebody else', async () => {
    const { userId, person } = await setup()
    const session = await db().loginSession.create({
      data: { userId: person.userId, expiresAt: new Date(Date.now() + 60_000) },
    })
    const identity = { userId: person.userId, type: 'oidc', provider: 'p', providerAccountId: randomUUID() }
    const account = await db().account.create({ data: identity })
    expect(
      await attempt(`UPDATE "LoginSession" SET "userId" = $2 WHERE "id" = $1`, [session.id, userId]),
    ).toBe(CHECK)
    expect(await attempt(`UPDATE "Account" SET "userId" = $2 WHERE "id" = $1`, [account.id, userId])).toBe(
      CHECK,
    )
  })

  it('does not become a person, nor a person one', async () => {
    const { userId, person } = await setup()
    expect(
      await attempt(`UPDATE "User" SET "kind" = 'user', "email" = 'robot@x.test' WHERE "id" = $1`, [userId]),
    ).toBe(REFUSED)
    expect(
      await attempt(
        `UPDATE "User" SET "kind" = 'service', "email" = NULL, "emailVerified" = NULL WHERE "id" = $1`,
        [person.userId],
      ),
    ).toBe(REFUSED)
  })

  it('does not count as the last admin', async () => {
    const { clubId, userId, person } = await setup()
    const demote = `UPDATE "Membership" SET "roles" = '{COACH}' WHERE "clubId" = $1 AND "userId" = $2`
    expect(await attempt(demote, [clubId, person.userId])).toBe(CHECK)
    expect(await attempt(demote, [clubId, userId])).toBe('allowed')
  })
})
