import type { ApiKey } from '@/contracts/api-key'
import { db, Prisma, type Transaction } from '../db/client'
import { tookTooLong } from '../db/outage'
import { accessible } from '../permissions/ability'
import type { Actor } from '../actor'
import { apiKeySelect, showApiKey } from './api-key-view'

type Club = Pick<Actor, 'clubId'>

/** A live key that one of the keys asked about made, itself or through others. `root` is that key. */
export type Descendant = { root: string; id: string }

/**
 * How many keys one statement visits, in a few hundredths of a second: there may be a hundred thousand, most
 * of them dead.
 */
const STEP = 1_000
/** How many keys are counted at most before a page asks for confirmation. */
const LOOKED_THROUGH = 2_000

/**
 * The keys that these keys made, and those that they made in turn. Deleted keys do not break the chain: their
 * tombstones say who made them. The key that asks is included if one of these made it: it could otherwise end
 * its maker and live on unnoticed. Each key is found by an index (OFFSET 0 keeps the planner from joining
 * them all), so that reading a part costs only that part.
 */
function line({ clubId }: Club, roots: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    WITH RECURSIVE made AS (
      ${roots}
      UNION
      SELECT m."root", c."id", m."id" FROM made m LEFT JOIN LATERAL (
        SELECT k."id" FROM "ApiKey" k WHERE k."clubId" = ${clubId} AND k."createdByKeyId" = m."id"
        UNION ALL
        SELECT t."apiKeyId" FROM "ApiKeyTombstone" t WHERE t."clubId" = ${clubId} AND t."createdByKeyId" = m."id"
        OFFSET 0
      ) c ON true WHERE m."id" IS NOT NULL
    )
    SELECT m."root", m."id", m."id" IS NOT NULL AND m."id" <> m."root" AND coalesce((
      SELECT k."revokedAt" IS NULL AND (k."expiresAt" IS NULL OR k."expiresAt" > clock_timestamp())
      FROM "ApiKey" k WHERE k."id" = m."id" AND k."clubId" = ${clubId}), false) AS "live" FROM made m`
}

/** `id` is null for a key that made none: visiting it was a step, too. */
type Visited = { root: string; id: string | null; live: boolean }

/**
 * The live ones, each once for each key asked about.
 * @param most how many steps to take: one for each key, live or dead, and one for each that made none
 * @returns `all`: whether that was enough
 */
export async function findDescendants(
  tx: Transaction,
  club: Club,
  ids: readonly string[],
  most = Infinity,
): Promise<{ made: Descendant[]; all: boolean }> {
  const made: Descendant[] = []
  let seen = 0
  const all = await walkDescendants(tx, club, ids, (some) => {
    made.push(...some)
    seen += STEP
    return Promise.resolve(seen < most)
  })
  return { made, all }
}

/**
 * The same, part by part, as they were when it began.
 * @param go takes what the last thousand steps found, and says whether to go on
 * @returns whether all were visited
 */
export async function walkDescendants(
  tx: Transaction,
  club: Club,
  ids: readonly string[],
  go: (made: Descendant[]) => Promise<boolean>,
): Promise<boolean> {
  const roots = Prisma.sql`SELECT k."id" AS "root", k."id", NULL::uuid AS "by" FROM unnest(${ids}::uuid[]) AS k("id")`
  await byIndex(tx, () => tx.$executeRaw`DECLARE line NO SCROLL CURSOR FOR ${line(club, roots)}`)
  let [all, on] = [false, true]
  while (on && !all) {
    // FETCH takes no parameter: the number must be STEP.
    const visited = await tx.$queryRaw<Visited[]>`FETCH 1000 FROM line`
    all = visited.length < STEP
    on = await go(visited.flatMap(({ root, id, live }) => (live && id !== null ? [{ root, id }] : [])))
  }
  await tx.$executeRaw`CLOSE line`
  return all
}

/**
 * Where one key made most of the others, the planner would expect the same of every key and read the whole
 * table for each.
 */
async function byIndex<Result>(tx: Transaction, run: () => Promise<Result>): Promise<Result> {
  await tx.$executeRaw`SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true)`
  const result = await run()
  await tx.$executeRaw`SELECT set_config('enable_seqscan', 'on', true), set_config('enable_bitmapscan', 'on', true)`
  return result
}

type Looked = { root: string; count: number; seen: number; nearest: string[] }

/** Looks at some of what goes back to each of these. Of the live ones it names eight: a slice takes no parameter. */
async function lookThrough(actor: Actor, ids: readonly string[], most: number): Promise<Looked[]> {
  const root = Prisma.sql`SELECT k."id" AS "root", k."id", NULL::uuid AS "by"`
  const look = (tx: Transaction) => tx.$queryRaw<Looked[]>`
    SELECT k."id" AS "root", m.* FROM unnest(${ids}::uuid[]) AS k("id") CROSS JOIN LATERAL (
      SELECT count(*) FILTER (WHERE found."live")::int AS "count", count(*)::int AS "seen",
        (coalesce(array_agg(found."id"::text) FILTER (WHERE found."live"), '{}'))[1:8] AS "nearest"
      FROM (${line(actor, root)} LIMIT ${most}) found) m`
  return db().$transaction((tx) => byIndex(tx, () => look(tx)))
}

/** A page is worth more than a count: what takes too long to look at is too many to count. */
async function unlessTooLong<Result>(run: () => Promise<Result>, tooMany: Result): Promise<Result> {
  try {
    return await run()
  } catch (error) {
    if (!tookTooLong(error)) throw error
    return tooMany
  }
}

/**
 * How many live keys would be revoked with each of these, to show before asking for confirmation. Infinity:
 * too many to count.
 */
export const countDescendants = (actor: Actor, ids: readonly string[]): Promise<Map<string, number>> =>
  unlessTooLong(() => countAll(actor, ids), new Map(ids.map((id) => [id, Infinity])))

async function countAll(actor: Actor, ids: readonly string[]): Promise<Map<string, number>> {
  const makers = ids.length === 0 ? [] : await thoseThatMade(actor, ids)
  if (makers.length === 0) return new Map()
  const most = Math.ceil(LOOKED_THROUGH / makers.length)
  const rows = await lookThrough(actor, makers, most)
  const made = rows.map(({ root, count, seen }) => [root, seen < most ? count : Infinity] as const)
  return new Map(made.filter(([, count]) => count > 0))
}

/**
 * Most keys made none, which one statement says. Asked for the least maker from an id on, and not whether a key
 * was made by it, the planner takes the index even where one key made most of the others.
 */
async function thoseThatMade({ clubId }: Club, ids: readonly string[]): Promise<string[]> {
  const rows = await db().$queryRaw<{ id: string }[]>`
    SELECT k."id" FROM unnest(${ids}::uuid[]) AS k("id") WHERE k."id" = (
      SELECT a."createdByKeyId" FROM "ApiKey" a WHERE a."clubId" = ${clubId} AND a."createdByKeyId" >= k."id"
      ORDER BY a."createdByKeyId" LIMIT 1
    ) OR k."id" = (
      SELECT t."createdByKeyId" FROM "ApiKeyTombstone" t WHERE t."clubId" = ${clubId} AND t."createdByKeyId" >= k."id"
      ORDER BY t."createdByKeyId" LIMIT 1
    )`
  return rows.map(({ id }) => id)
}

/** How many live keys go back to one (Infinity: too many to count), and the nearest that the caller may see. */
export async function nearestDescendants(
  actor: Actor,
  id: string,
): Promise<{ count: number; nearest: ApiKey[] }> {
  const unknown = { root: id, count: 0, seen: Infinity, nearest: [] }
  const [found] = await unlessTooLong(() => lookThrough(actor, [id], LOOKED_THROUGH), [unknown])
  if (!found) return { count: 0, nearest: [] }
  const count = found.seen < LOOKED_THROUGH ? found.count : Infinity
  if (found.nearest.length === 0) return { count, nearest: [] }
  const rows = await db().apiKey.findMany({
    relationLoadStrategy: 'join',
    where: { AND: [accessible(actor, 'read', 'ApiKey'), { id: { in: found.nearest } }] },
    orderBy: { id: 'desc' },
    select: apiKeySelect,
  })
  return { count, nearest: rows.map((row) => showApiKey(row, actor)) }
}
