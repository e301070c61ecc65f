import { Client } from 'pg'
import { operatorActor } from '@/lib/auth/actor'
import { deleteApiKey } from '@/lib/auth/api-key'
import { db } from '@/lib/db/client'
import { foldUsage } from '@/lib/usage/fold'
import { notePlace, writePlaces } from '@/lib/usage/places'
import { flushUses, recordUse } from '@/lib/usage/record'
import { makeClub, makeKey, makeMember, useDatabase } from '../../support/club'

const database = useDatabase()
let open: Client[] = []
afterEach(async () => {
  await Promise.all(open.map((client) => client.end()))
  open = []
})

const HOUR_MS = 3_600_000
const hoursAgo = (hours: number) => new Date(Math.floor(Date.now() / HOUR_MS) * HOUR_MS - hours * HOUR_MS)

async function connect(): Promise<Client> {
  const client = new Client(database.directUrl())
  client.on('error', () => {}) // The database may be dropped before it leaves.
  await client.connect()
  open.push(client)
  return client
}

/** Holds rows until it is let go: others come as far as they do without them. */
async function holding(sql: string, values: unknown[]): Promise<() => Promise<unknown>> {
  const client = await connect()
  await client.query('BEGIN')
  expect((await client.query(`${sql} FOR UPDATE`, values)).rowCount).toBeGreaterThan(0)
  return () => client.query('COMMIT')
}

async function untilWaiting(count: number): Promise<void> {
  const client = await connect()
  for (;;) {
    const { rows } = await client.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
    )
    if ((rows[0]?.n ?? 0) >= count) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const USE = `INSERT INTO "ApiKeyUsage" AS u ("apiKeyId", "clubId", "hour", "requests")
  SELECT k."id", k."clubId", h, 1 FROM unnest($1::uuid[]) n("id") JOIN "ApiKey" k USING ("id"), unnest($2::timestamptz[]) h ORDER BY 1, 3
  ON CONFLICT ("apiKeyId", "hour") DO UPDATE SET "requests" = u."requests" + 1`
const use = async (ids: string[], hours = [hoursAgo(1)]) => (await connect()).query(USE, [ids, hours])

const settled = async (acts: Promise<unknown>[]) =>
  (await Promise.allSettled(acts)).map((one) => (one.status === 'fulfilled' ? 'done' : String(one.reason)))
const DONE = ['done', 'done']

async function setup() {
  const { id: clubId } = await makeClub()
  const owners = [await makeMember(clubId, ['COACH']), await makeMember(clubId, ['COACH'])] as const
  return { clubId, owners, operator: operatorActor(clubId, null, 'test') }
}

/** The database lets nobody delete a key that is alive. */
const end = (ids: string[]) =>
  db().apiKey.updateMany({ where: { id: { in: ids } }, data: { revokedAt: new Date() } })

/** What owners and clubs have, against what the rows of keys say. */
async function expectSums(clubId: string, ofClub: number): Promise<void> {
  const [sums] = await db().$queryRaw<{ keys: number; owners: number; least: number; club: number }[]>`
    SELECT (SELECT coalesce(sum("requests"), 0)::int FROM "ApiKeyUsage" WHERE "clubId" = ${clubId}) AS "keys",
      (SELECT coalesce(sum("requests"), 0)::int FROM "OwnerUsage" WHERE "clubId" = ${clubId}) AS "owners",
      (SELECT coalesce(min("requests"), 0)::int FROM "OwnerUsage" WHERE "clubId" = ${clubId}) AS "least",
      (SELECT coalesce(sum("requests"), 0)::int FROM "ClubUsage" WHERE "clubId" = ${clubId}) AS "club"`
  expect(sums).toMatchObject({ owners: sums?.keys, club: ofClub })
  expect(sums?.least).toBeGreaterThanOrEqual(0)
}

describe('keys that are deleted while their uses are written', () => {
  it('a key is deleted while it is still used: nobody waits in a circle, and the sums are right', async () => {
    const { clubId, owners, operator } = await setup()
    const [key, other] = [await makeKey(owners[0]), await makeKey(owners[0])]
    await use([key.id, other.id])
    const letGo = await holding('SELECT FROM "ClubUsage" WHERE "clubId" = $1', [clubId])
    const writing = use([key.id, other.id])
    await untilWaiting(1)
    const deleting = deleteApiKey(operator, key)
    await untilWaiting(2)
    await letGo()
    expect(await settled([writing, deleting])).toEqual(DONE)
    await expectSums(clubId, 4)
  })

  it('nor with the first use of an hour, or with a use that comes while it is being deleted', async () => {
    const { clubId, owners, operator } = await setup()
    const [key, later] = [await makeKey(owners[0]), await makeKey(owners[0])].sort((a, b) =>
      a.id < b.id ? -1 : 1,
    )
    await use([key!.id, later!.id])
    const letGo = await holding('SELECT FROM "ApiKeyUsage" WHERE "apiKeyId" = $1', [later!.id])
    const writing = use([key!.id, later!.id], [hoursAgo(1), hoursAgo(0)])
    await untilWaiting(1)
    const deleting = deleteApiKey(operator, key!)
    await untilWaiting(2)
    recordUse(key!.id)
    recordUse(later!.id)
    const flushing = flushUses()
    await untilWaiting(3)
    await letGo()
    expect(await settled([writing, deleting])).toEqual(DONE)
    // What came while the key was there is tried again without it, at once.
    await flushing
    await expectSums(clubId, 7)
  })

  it('two who delete keys of the same owners in any order take turns', async () => {
    const { clubId, owners } = await setup()
    const ids: string[] = []
    for (const n of [0, 1, 1, 0] as const) ids.push((await makeKey(owners[n])).id)
    await use(ids)
    await end(ids)
    const letGo = await holding('SELECT FROM "ApiKey" WHERE "id" = ANY ($1)', [[ids[1], ids[3]]])
    const purge = async (some: string[]) =>
      (await connect()).query('DELETE FROM "ApiKey" WHERE "id" = ANY ($1)', [some])
    const purging = [purge(ids.slice(0, 2)), purge(ids.slice(2))]
    await untilWaiting(2)
    await letGo()
    expect(await settled(purging)).toEqual(DONE)
    await expectSums(clubId, 4)
    expect(await db().apiKey.count({ where: { id: { in: ids } } })).toBe(0)
  })

  it('keys are deleted, in any order, while they are folded', async () => {
    const { clubId, owners } = await setup()
    const made = [await makeKey(owners[0]), await makeKey(owners[0])].map(({ id }) => id)
    const [first, last] = made.sort() as [string, string]
    await use(made, [hoursAgo(5)])
    await end(made)
    await db().usageFold.updateMany({ data: { hour: new Date(0) } })
    const letGo = await holding('SELECT FROM "ApiKey" WHERE "id" = $1', [last])
    const client = await connect()
    await client.query('BEGIN')
    const purge = (id: string) => client.query('DELETE FROM "ApiKey" WHERE "id" = $1', [id])
    const purging = purge(last)
    await untilWaiting(1)
    const folding = foldUsage()
    await untilWaiting(2)
    await letGo()
    await purging
    const rest = purge(first).then(() => client.query('COMMIT'))
    expect(await settled([rest, folding])).toEqual(DONE)
    await expectSums(clubId, 2)
  })

  it('a key is deleted while its places are written', async () => {
    const { owners, operator } = await setup()
    const keys = [await makeKey(owners[0]), await makeKey(owners[0])].sort((a, b) => (a.id < b.id ? -1 : 1))
    const [first, last] = keys as [(typeof keys)[0], (typeof keys)[0]]
    for (const { id } of keys) notePlace(id, '203.0.113.7', 'known')
    await writePlaces()
    const letGo = await holding('SELECT FROM "ApiKeyPlace" WHERE "apiKeyId" = $1', [last.id])
    for (const { id } of keys) for (const agent of ['known', 'new']) notePlace(id, '203.0.113.7', agent)
    const writing = writePlaces()
    await untilWaiting(1)
    const deleting = deleteApiKey(operator, first)
    await untilWaiting(2)
    await letGo()
    expect(await settled([writing, deleting])).toEqual(DONE)
    expect(await db().apiKeyPlace.count({ where: { apiKeyId: last.id } })).toBe(2)
  })
})

it('two who write keys of the same clubs, new ones and known ones, wait in no circle', async () => {
  const [one, other] = [await setup(), await setup()]
  const [known, fresh] = [[], []] as string[][] as [string[], string[]]
  for (const { owners } of [one, other]) {
    known.push((await makeKey(owners[0])).id)
    fresh.push((await makeKey(owners[1])).id)
  }
  await use(known)
  const letGo = await holding('SELECT FROM "OwnerUsage" WHERE "userId" = ANY ($1)', [
    [one.owners[0].userId, other.owners[0].userId],
  ])
  const writing = [use([known[0]!, fresh[1]!]), use([known[1]!, fresh[0]!])]
  await untilWaiting(2)
  await letGo()
  expect(await settled(writing)).toEqual(DONE)
  for (const { clubId } of [one, other]) await expectSums(clubId, 3)
})
