import { Client } from 'pg'
import { db } from '@/lib/db/client'
import { foldUsage } from '@/lib/usage/fold'
import { getKeyActivity } from '@/lib/usage/key-activity'
import { flushUses, recordScopeUse, recordUse } from '@/lib/usage/record'
import { makeClub, makeKey, makeMember, useDatabase } from '../../support/club'
import { dearNodes, plansOf } from '../../support/plans'
import { countStatements } from '../../support/statements'

const database = useDatabase()

async function setup() {
  const { id: clubId } = await makeClub()
  const [admin, coach] = [await makeMember(clubId, ['CLUB_ADMIN']), await makeMember(clubId, ['COACH'])]
  return { clubId, admin: (await makeKey(admin)).actor, coach, key: await makeKey(coach) }
}

it('tells the days, the places and the scopes of a key whose usage the caller may see, and of no other', async () => {
  const { admin, coach, key } = await setup()
  recordUse(key.id, { address: '203.0.113.7', userAgent: 'curl/8' })
  recordScopeUse(key.id, 'practices:read')
  await flushUses()
  const told = await getKeyActivity(admin, key)
  expect(told?.usage.data).toHaveLength(30)
  expect(told).toMatchObject({
    usage: { total: { requests: 1, denied: 0, limited: 0, errors: 0 } },
    places: [{ address: '203.0.113.7', userAgent: 'curl/8', lastUsedAt: expect.any(String) }],
    scopeUses: [{ scope: 'practices:read', lastUsedAt: expect.any(String) }],
  })
  expect(await getKeyActivity(key.actor, key)).toEqual(told)
  const strangers = [
    await makeKey(await makeMember(coach.clubId, ['COACH'])),
    await makeKey(coach, { scopes: ['api-keys:read'] }),
    await makeKey(await makeMember((await makeClub()).id, ['CLUB_ADMIN'])),
  ]
  for (const { actor } of strangers) expect(await getKeyActivity(actor, key)).toBeNull()
  expect(await getKeyActivity(admin, { id: coach.userId })).toBeNull()
})

it('leaves out a scope that only another release knows', async () => {
  const { admin, clubId, key } = await setup()
  const row = { apiKeyId: key.id, clubId, scope: 'planets:move', lastUsedAt: new Date() }
  await db().apiKeyScopeUse.create({ data: row })
  expect((await getKeyActivity(admin, key))?.scopeUses).toEqual([])
})

it('takes two statements, and reads no table whole where every key has a year of usage', async () => {
  const { admin, clubId, coach, key } = await setup()
  const client = new Client(database.directUrl())
  await client.connect()
  await client.query(`
    INSERT INTO "ApiKey" ("id", "clubId", "userId", "name", "digest", "start", "last4", "scopes", "updatedAt")
    SELECT g, '${clubId}', '${coach.userId}', 'k', sha256(g::text::bytea), 'sk', 'last', '{practices:read}', now()
    FROM (SELECT gen_random_uuid() AS g FROM generate_series(1, 300)) s;
    INSERT INTO "ApiKeyUsageDay" ("apiKeyId", "clubId", "day", "requests", "denied", "limited", "errors")
    SELECT k."id", k."clubId", date_trunc('day', now(), 'UTC') - n * interval '1 day', 9, 1, 1, 1 FROM "ApiKey" k, generate_series(1, 366) n WHERE k."clubId" = '${clubId}';
    INSERT INTO "ApiKeyUsage" ("apiKeyId", "clubId", "hour", "requests")
    SELECT k."id", k."clubId", date_trunc('hour', now(), 'UTC') - n * interval '1 hour', 1 FROM "ApiKey" k, generate_series(0, 90) n WHERE k."clubId" = '${clubId}';
    INSERT INTO "ApiKeyPlace" ("apiKeyId", "clubId", "place", "address", "lastUsedAt")
    SELECT k."id", k."clubId", 'p' || n, '203.0.113.' || n, now() FROM "ApiKey" k, generate_series(1, 20) n WHERE k."clubId" = '${clubId}'`)
  await client.query('VACUUM ANALYZE')
  await client.end()
  await foldUsage()
  const ask = () => getKeyActivity(admin, key)
  await ask()
  expect(await countStatements(database.directUrl(), ask)).toBe(2)
  const tables = ['ApiKey', 'ApiKeyUsage', 'ApiKeyUsageDay', 'ApiKeyPlace']
  expect(dearNodes(await plansOf(database.directUrl(), ask), tables)).toEqual([])
  expect((await ask())?.usage.total.requests).toBeGreaterThan(29 * 9)
}, 120_000)
