import { Client } from 'pg'
import type { Order } from '@/contracts/api-key-filter'
import type { Actor } from '@/lib/actor'
import { operatorActor } from '@/lib/auth/actor'
import { listApiKeys } from '@/lib/auth/api-key'
import { db } from '@/lib/db/client'
import { flushUses, recordUse } from '@/lib/usage/record'
import { everyPage } from '../../../scripts/cli/every-page'
import { makeClub, makeKey, makeMember, useDatabase, type Member } from '../../support/club'

const database = useDatabase()

const MINUTE_MS = 60_000

/** Fifteen keys, used a minute after one another up to a moment ago, and five that never were. */
async function setup() {
  const { id: clubId } = await makeClub()
  const coach = await makeMember(clubId, ['COACH'])
  const ids: string[] = []
  for (let i = 0; i < 20; i++) ids.push((await makeKey(coach, { name: `key ${i}` })).id)
  for (const [i, apiKeyId] of ids.slice(0, 15).entries())
    await db().apiKeyUse.create({
      data: { apiKeyId, clubId, lastUsedAt: new Date(Date.now() - i * MINUTE_MS) },
    })
  return { coach, ids, actor: operatorActor(clubId, null, 'test') }
}

/** Reads a list by last use to its end; `between` runs after each page, with what was seen so far. */
async function readAll(
  actor: Actor,
  { order = 'desc' as Order, limit = 3, ...filter }: { order?: Order; limit?: number; q?: string },
  between: (seen: string[]) => Promise<unknown>,
): Promise<string[]> {
  const seen: string[] = []
  let cursor: string | undefined
  do {
    const page = await listApiKeys(actor, { sort: 'lastUsedAt', order, limit, cursor, ...filter })
    seen.push(...page.data.map(({ id }) => id))
    cursor = page.nextCursor ?? undefined
    await between(seen)
  } while (cursor)
  return seen
}

const use = async (...ids: string[]) => {
  for (const id of ids) recordUse(id)
  await flushUses()
}
const wholeList = async (actor: Actor, order: Order) =>
  (await listApiKeys(actor, { sort: 'lastUsedAt', order, limit: 100 })).data.map(({ id }) => id)

/** Runs `act` once, after the first rows of a table were read and before anything else is. */
function afterFirst(table: string, act: () => Promise<void>): void {
  const { query } = Client.prototype as { query: (...asked: unknown[]) => Promise<unknown> }
  const spy = jest.spyOn(Client.prototype, 'query') as unknown as jest.SpyInstance<
    Promise<unknown>,
    unknown[]
  >
  spy.mockImplementation(async function (this: Client, ...asked) {
    const rows = await query.apply(this, asked)
    const [first] = asked as [string | { text: string }]
    if (!(typeof first === 'string' ? first : first.text).includes(table)) return rows
    spy.mockRestore()
    await act()
    return rows
  })
}

describe.each(['desc', 'asc'] as const)('by last use, %s', (order) => {
  it.each([1, 3, 7])(
    'keys used between pages of %i are all seen once, in the order of the beginning',
    async (limit) => {
      const { actor, ids } = await setup()
      const before = await wholeList(actor, order)
      const unseen = (seen: string[]) => ids.filter((id) => !seen.includes(id))
      const seen = await readAll(actor, { order, limit }, (so) =>
        // Some that are still to come, some of these more than once, some that were never used, some already
        // seen.
        use(...unseen(so).slice(-4), ...unseen(so).slice(0, 3), ...so.slice(-2)),
      )
      expect(seen).toEqual(before)
    },
  )

  it('a key that is used between the statements of one page is on it once', async () => {
    const { actor, ids } = await setup()
    const before = await wholeList(actor, order)
    afterFirst('"ApiKeyUse"', () => use(...ids))
    expect(await readAll(actor, { order, limit: 7 }, () => Promise.resolve())).toEqual(before)
  })

  it('a use that was noted before the first page and written after it moves no key out of sight', async () => {
    const { actor, ids } = await setup()
    const before = await wholeList(actor, order)
    let written = false
    for (const id of ids.slice(5)) recordUse(id)
    const seen = await readAll(actor, { order }, async () => {
      if (!written) await flushUses()
      written = true
    })
    expect(seen).toEqual(before)
  })

  it('a use whose transaction ran while the first page was read counts for none of them', async () => {
    const { actor, ids } = await setup()
    const before = await wholeList(actor, order)
    const other = new Client({ connectionString: database.directUrl() })
    await other.connect()
    await other.query('BEGIN')
    await other.query('UPDATE "ApiKeyUse" SET "lastUsedAt" = now() WHERE "apiKeyId" = ANY ($1)', [
      ids.slice(3, 15),
    ])
    let committed = false
    const seen = await readAll(actor, { order }, async () => {
      if (!committed) await other.query('COMMIT')
      committed = true
    })
    await other.end()
    expect(seen).toEqual(before)
  })

  it('keeps to its filter, and shows no key that was revoked meanwhile to whoever asks for live ones', async () => {
    const { actor, ids } = await setup()
    const named = ids.filter((_, i) => `key ${i}`.includes('1'))
    const seen = await readAll(actor, { order, limit: 2, q: '1' }, () => use(...ids))
    expect([...seen].sort()).toEqual([...named].sort())
  })

  it('a key that is used more often than is remembered is never lost, and comes twice at the most', async () => {
    const { actor, ids } = await setup()
    const busy = ids.slice(4, 9)
    const seen = await readAll(actor, { order, limit: 4 }, async () => {
      for (let i = 0; i < 40; i++)
        await db().apiKeyUse.updateMany({
          where: { apiKeyId: { in: busy } },
          data: { lastUsedAt: new Date(Date.now() + i) },
        })
    })
    expect(new Set(seen)).toEqual(new Set(ids))
    for (const id of ids) {
      const times = seen.filter((other) => other === id).length
      expect(times).toBeLessThanOrEqual(busy.includes(id) ? 2 : 1)
    }
    const listed = await everyPage((page) =>
      listApiKeys(actor, { sort: 'lastUsedAt', order, cursor: page.cursor, limit: 4 }),
    )
    expect(new Set(listed.map(({ id }) => id)).size).toBe(listed.length)
  })
})

it('shows a key’s last use as it is, and the next reading begins with the order of its own time', async () => {
  const { actor, ids } = await setup()
  const last = ids[14]!
  await use(last)
  const [first] = (await listApiKeys(actor, { sort: 'lastUsedAt', limit: 1 })).data
  expect(first).toMatchObject({ id: last })
  expect(Date.now() - Date.parse(first!.lastUsedAt!)).toBeLessThan(10_000)
})

it('G3: shows nobody more than they may see, whatever moves', async () => {
  const { actor, coach, ids } = await setup()
  const athlete = await makeMember(actor.clubId, ['ATHLETE'])
  const { actor: reader, id } = await makeKey(athlete, { scopes: ['api-keys:read'] })
  const mine = [id, (await makeKey(athlete)).id]
  const rival: Member = await makeMember((await makeClub()).id, ['COACH'])
  const theirs = await makeKey(rival)
  const seen = await readAll(reader, { limit: 1 }, () => use(...ids, ...mine, theirs.id))
  expect([...seen].sort()).toEqual([...mine].sort())
  expect(coach.clubId).not.toBe(rival.clubId)
})

it('takes what stood in the rows for old after a restore, where transactions are counted anew', async () => {
  const { actor, ids } = await setup()
  const owner = new Client({ connectionString: database.directUrl() })
  await owner.connect()
  // As a dump carries it over: written by a transaction that is far in the future here.
  await owner.query('ALTER TABLE "ApiKeyUse" DISABLE TRIGGER USER')
  await owner.query(
    `UPDATE "ApiKeyUse" SET "writtenBy" = 4000000000000, "lastUsedAt" = "lastUsedAt" - interval '1 day' WHERE "clubId" = $1`,
    [actor.clubId],
  )
  await owner.query('ALTER TABLE "ApiKeyUse" ENABLE TRIGGER USER')
  await owner.end()
  const before = await wholeList(actor, 'desc')
  expect(before.slice(0, 15)).toEqual(ids.slice(0, 15))
  expect(await readAll(actor, {}, () => use(...ids.slice(8, 12)))).toEqual(before)
})
