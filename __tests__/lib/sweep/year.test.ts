import { Client } from 'pg'
import { operatorActor } from '@/lib/auth/actor'
import { db } from '@/lib/db/client'
import { sweep } from '@/lib/sweep/sweep'
import { getUsage } from '@/lib/usage/read-usage'
import { makeClub, makeMember, useDatabase } from '../../support/club'
import { makeManyKeys } from '../../support/many-keys'

const database = useDatabase()
afterEach(() => jest.restoreAllMocks())

const DAY_MS = 24 * 3_600_000
/** `docs/reliability.md` tells what came of it with more of them. */
const KEYS = Number(process.env.YEAR_KEYS ?? 5)
const DAYS = 365
/** What is kept by hour, and the day that has begun. */
const DAYS_OF_HOURS = 92

const TABLES = ['ApiKeyUsage', 'ApiKeyUsageDay', 'ClubUsage', 'OwnerUsage', 'UsageWriter'] as const

it('a year in which every key is used in every hour: what is kept by hour stops growing, and nothing is lost', async () => {
  const { id: clubId } = await makeClub()
  await makeManyKeys(await makeMember(clubId, ['COACH']), KEYS)
  const client = new Client(database.directUrl())
  await client.connect()
  const today = Math.floor(Date.now() / DAY_MS) * DAY_MS
  const sizes: Record<string, Record<string, string>> = {}
  for (let day = 1; day <= DAYS; day++) {
    const begins = new Date(today - (DAYS - day) * DAY_MS)
    await client.query(
      `INSERT INTO "ApiKeyUsage" ("apiKeyId", "clubId", "hour", "requests")
       SELECT k."id", k."clubId", $1::timestamptz + h * interval '1 hour', 1 FROM "ApiKey" k, generate_series(0, 23) h WHERE k."clubId" = $2`,
      [begins, clubId],
    )
    await client.query('INSERT INTO "UsageWriter" ("id", "batch", "at") SELECT gen_random_uuid(), 1, $1 FROM generate_series(1, 3)', [begins]) // prettier-ignore
    jest.spyOn(Date, 'now').mockReturnValue(begins.getTime() + DAY_MS + 3 * 3_600_000)
    await sweep()
    if (day % 30 === 0) await client.query('VACUUM') // As the server's own does by and by.
    if ([120, 240, DAYS].includes(day)) sizes[day] = await sizesOf(client)
  }
  jest.restoreAllMocks()
  const rows = async (table: string) =>
    Number((await client.query<{ n: string }>(`SELECT count(*) AS n FROM "${table}"`)).rows[0]?.n)
  expect(await rows('ApiKeyUsage')).toBeLessThanOrEqual(KEYS * 24 * DAYS_OF_HOURS)
  expect(await rows('OwnerUsage')).toBeLessThanOrEqual(24 * DAYS_OF_HOURS)
  expect(await rows('UsageWriter')).toBeLessThanOrEqual(3 * 8)
  expect(await rows('ApiKeyUsageDay')).toBe(KEYS * DAYS)
  expect(await rows('ClubUsage')).toBe(24 * DAYS)
  const { total } = await getUsage(operatorActor(clubId, null, 'test'), {
    from: new Date(today - (DAYS - 1) * DAY_MS),
    to: new Date(today),
  })
  expect(total.requests).toBe(KEYS * 24 * (DAYS - 1))
  expect(await db().usageFold.count()).toBe(1)
  if (process.env.YEAR_KEYS) console.info(sizes)
  await client.end()
}, 600_000)

async function sizesOf(client: Client): Promise<Record<string, string>> {
  const size = async (table: string) => {
    const text = `SELECT pg_size_pretty(pg_total_relation_size('"${table}"')) || ', ' || (SELECT count(*) FROM "${table}") || ' rows' AS s`
    return (await client.query<{ s: string }>(text)).rows[0]?.s ?? ''
  }
  const all: [string, string][] = []
  for (const table of TABLES) all.push([table, await size(table)])
  return Object.fromEntries(all)
}
