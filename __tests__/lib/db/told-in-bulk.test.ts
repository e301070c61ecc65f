import { Client } from 'pg'
import { makeClub, makeMember, useDatabase } from '../../support/club'

const database = useDatabase()

/** A statement that compares each of these keys with each other one takes a minute. */
const KEYS = 4_000

it('tells of many changed keys as fast as they are written, in a session that changed a single one before', async () => {
  const { clubId, userId } = await makeMember((await makeClub()).id, ['COACH'])
  const client = new Client(database.directUrl())
  client.on('error', () => {}) // The database may be dropped before it leaves.
  await client.connect()
  await client.query(
    `INSERT INTO "ApiKey" ("id", "clubId", "userId", "name", "digest", "start", "last4", "scopes", "updatedAt")
     SELECT gen_random_uuid(), $1, $2, 'k', sha256(n::text::bytea), 's', 'l', '{}', now() FROM generate_series(1, $3::int) n`,
    [clubId, userId, KEYS],
  )
  const timed = async (sql: string) => {
    const start = performance.now()
    await client.query(sql)
    return performance.now() - start
  }
  await client.query(`UPDATE "ApiKey" SET "name" = 'one' WHERE "digest" = sha256('1')`)
  const unheard = await timed(`UPDATE "ApiKey" SET "updatedAt" = now() + interval '1 s'`)
  const ended = await timed(`UPDATE "ApiKey" SET "revokedAt" = now()`)
  await client.end()
  // Writing alone takes a second or so.
  expect(Math.max(unheard, ended)).toBeLessThan(10_000)
}, 180_000)
