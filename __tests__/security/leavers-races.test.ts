import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { Client, Pool } from 'pg'
import { operatorActor } from '@/lib/auth/actor'
import { createApiKey, validateApiKey } from '@/lib/auth/api-key'
import { db } from '@/lib/db/client'
import { log } from '@/lib/log'
import { makeClub, makeKey, makeMember, useDatabase } from '../support/club'

const database = useDatabase()

let host: Pool
beforeAll(() => {
  host = new Pool({ connectionString: database.directUrl(), max: 8 })
  host.on('error', () => {})
})
afterAll(async () => host.end())

const RACES = 250
const AT_ONCE = 8

/** People of one club, made by the app without the layer. */
async function makePeople(clubId: string): Promise<string[]> {
  const users = Array.from({ length: RACES }, () => randomUUID())
  await host.query(
    `INSERT INTO "User" ("id", "name", "email", "updatedAt") SELECT u, 'U', u || '@races.test', now() FROM unnest($1::uuid[]) u`,
    [users],
  )
  await host.query(
    `INSERT INTO "Membership" ("id", "clubId", "userId", "roles", "updatedAt") SELECT gen_random_uuid(), $1, u, '{COACH}', now() FROM unnest($2::uuid[]) u`,
    [clubId, users],
  )
  return users
}

const LEAVE = `UPDATE "Membership" SET "status" = 'REMOVED' WHERE "clubId" = $1 AND "userId" = $2`

/** The app's own transaction, which is tried again as every app does that uses such a level. */
async function leave(level: string, clubId: string, userId: string): Promise<void> {
  const client = await host.connect()
  try {
    for (;;) {
      await client.query(`BEGIN ISOLATION LEVEL ${level}`)
      // Its view of the database is from this moment, in all levels but the first.
      await client.query('SELECT 1')
      await wait(Math.random() * 4)
      const left = await client.query(LEAVE, [clubId, userId]).then(
        () => true,
        (error: { code?: string }) => {
          if (error.code !== '40001') throw error
          return false
        },
      )
      await client.query(left ? 'COMMIT' : 'ROLLBACK')
      if (left) return
    }
  } finally {
    client.release()
  }
}

async function make(clubId: string, userId: string): Promise<'made' | 'refused'> {
  await wait(Math.random() * 6)
  const key = { name: 'late', scopes: ['practices:read'] as ['practices:read'] }
  return createApiKey(operatorActor(clubId, userId, 'race'), key).then(
    () => 'made' as const,
    ({ code }: { code?: string }) => {
      if (code !== 'not_found') throw new Error(`refused with ${code}`)
      return 'refused' as const
    },
  )
}

describe('G4: a key that is made while its owner leaves', () => {
  it.each([
    ['first', 'READ COMMITTED'],
    ['first', 'REPEATABLE READ'],
    ['next', 'READ COMMITTED'],
    ['next', 'REPEATABLE READ'],
  ])(
    'does not live, in 250 races for their %s one with an app’s transaction at %s',
    async (which, level) => {
      const { id: clubId } = await makeClub()
      await makeMember(clubId, ['CLUB_ADMIN'])
      const people = await makePeople(clubId)
      // Whoever had a key once has a holder that no transaction finds new.
      if (which === 'next')
        await host.query(
          `INSERT INTO "Holder" ("clubId", "userId", "name", "kind") SELECT $1, u, 'U', 'user' FROM unnest($2::uuid[]) u`,
          [clubId, people],
        )
      const outcomes: string[] = []
      const next = people.values()
      const race = async () => {
        for (const userId of next) {
          const [outcome] = await Promise.all([make(clubId, userId), leave(level, clubId, userId)])
          outcomes.push(outcome)
        }
      }
      await Promise.all(Array.from({ length: AT_ONCE }, race))
      expect(outcomes).toHaveLength(RACES)
      expect(new Set(outcomes)).toEqual(new Set(['made', 'refused']))
      const made = outcomes.filter((outcome) => outcome === 'made').length
      expect(await db().apiKey.count({ where: { clubId } })).toBe(made)
      // Back again, all of them: not one of those keys with them.
      await host.query(`UPDATE "Membership" SET "status" = 'ACTIVE' WHERE "clubId" = $1`, [clubId])
      expect(await db().apiKey.count({ where: { clubId, revokedAt: null } })).toBe(0)
    },
    120_000,
  )

  it('is refused by the database itself, whoever makes it', async () => {
    const { id: clubId } = await makeClub()
    const leaver = await makeMember(clubId, ['COACH'])
    await makeKey(leaver)
    await host.query(LEAVE, [clubId, leaver.userId])
    const insert = `INSERT INTO "ApiKey" ("id", "clubId", "userId", "name", "digest", "start", "last4", "scopes", "updatedAt")
      SELECT gen_random_uuid(), $1, $2, 'by hand', sha256('by hand'), '', '', '{}', now()`
    await expect(host.query(insert, [clubId, leaver.userId])).rejects.toMatchObject({ code: '23000' })
    const stranger = await makeMember((await makeClub()).id, ['COACH'])
    await expect(host.query(insert, [clubId, stranger.userId])).rejects.toMatchObject({ code: '23503' })
  })

  it('leaves nothing behind of people who never had one', async () => {
    const { id: clubId } = await makeClub()
    const { userId } = await makeMember(clubId, ['COACH'])
    await host.query(LEAVE, [clubId, userId])
    expect(await db().holder.count({ where: { clubId } })).toBe(0)
  })
})

describe('an app whose view has two rows for one member', () => {
  let owner: Client
  beforeAll(async () => {
    owner = new Client(database.directUrl())
    await owner.connect()
  })
  afterAll(async () => owner.end())

  it('gets no verification for their keys and no new key, until there is one again; others go on', async () => {
    const { id: clubId } = await makeClub()
    const [one, other] = [await makeMember(clubId, ['COACH']), await makeMember(clubId, ['COACH'])]
    const [key, fine] = [await makeKey(one), await makeKey(other)]
    const { rows } = await owner.query<{ sql: string }>(`SELECT pg_get_viewdef('principal') AS sql`)
    const sql = rows[0]!.sql.replace(/;\s*$/, '')
    const twice = `UNION ALL SELECT '${clubId}', '${one.userId}', 'Again', 'again@example.test', '{CLUB_ADMIN}', true`
    await owner.query(`CREATE OR REPLACE VIEW principal AS ${sql} ${twice}`)
    const said = jest.spyOn(log, 'error').mockImplementation(() => {})
    try {
      await expect(validateApiKey(key.token)).rejects.toMatchObject({ code: 'unavailable' })
      expect(await validateApiKey(fine.token)).toMatchObject({ ok: true })
      expect(said).toHaveBeenCalledTimes(1)
      await expect(makeKey(one)).rejects.toMatchObject({ code: 'not_found' })
    } finally {
      said.mockRestore()
      await owner.query(`CREATE OR REPLACE VIEW principal AS ${sql}`)
    }
    expect(await validateApiKey(key.token)).toMatchObject({ ok: true })
  })
})
