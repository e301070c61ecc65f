import { db, Prisma, type Transaction } from '../db/client'
import type { Actor } from './actor'

type Club = Pick<Actor, 'clubId'>

/** A live key, and the key asked about that it goes back to. */
export type Descendant = { root: string; id: string }

/**
 * How many steps one statement takes, in a few hundredths of a second: a line may be a hundred thousand keys
 * long, most of them dead.
 */
const STEP = 1_000
/** How many steps a page takes to count, at most, before it asks for confirmation. */
const LOOKED_THROUGH = 2_000

/**
 * The keys that these keys made, and those that they made in turn, whatever has become of the ones in
 * between: a deleted key's tombstone still says who made it. The key that asks is among them where it goes
 * back to one of these: it cannot end what made it and live on unnoticed. Found one after the other, each
 * key's by an index (OFFSET 0 keeps the planner from joining them all), so that reading a part of them costs
 * only that part.
 */
function line({ clubId }: Club, roots: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    WITH RECURSIVE made AS (
      ${roots}
      UNION
      SELECT m."root", c."id", m."id" FROM made m LEFT JOIN LATERAL (
        SELECT k."id" FROM "ApiKey" k WHERE k."clubId" = ${clubId}::uuid AND k."createdByKeyId" = m."id"
        UNION ALL
        SELECT t."apiKeyId" FROM "ApiKeyTombstone" t WHERE t."clubId" = ${clubId}::uuid AND t."createdByKeyId" = m."id"
        OFFSET 0
      ) c ON true WHERE m."id" IS NOT NULL
    )
    SELECT m."root", m."id", m."id" IS NOT NULL AND m."id" <> m."root" AND coalesce((
      SELECT k."revokedAt" IS NULL AND (k."expiresAt" IS NULL OR k."expiresAt" > clock_timestamp())
      FROM "ApiKey" k WHERE k."id" = m."id" AND k."clubId" = ${clubId}::uuid), false) AS "live" FROM made m`
}

/** `id` is null for a key that made none: looking was a step, too. */
type Visited = { root: string; id: string | null; live: boolean }

/**
 * The live ones, each once for each key asked about.
 * @param most how many steps to go at the most: one for each key, live or dead, and one for each that made
 *   none
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
 * The same, some at a time, as they were when it began.
 * @param go takes what was found in the last thousand steps, and says whether to go on
 * @returns whether there was an end to it
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
 * Where one key made most of the others, the planner assumes so of every key, and would read the whole table
 * for each.
 */
async function byIndex<Result>(tx: Transaction, run: () => Promise<Result>): Promise<Result> {
  await tx.$executeRaw`SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true)`
  const result = await run()
  await tx.$executeRaw`SELECT set_config('enable_seqscan', 'on', true), set_config('enable_bitmapscan', 'on', true)`
  return result
}

/**
 * How many live keys would be revoked along with each of these, to tell before asking for confirmation.
 * Infinity: too many to count.
 */
export async function countDescendants(actor: Actor, ids: readonly string[]): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map()
  const most = Math.ceil(LOOKED_THROUGH / ids.length)
  const root = Prisma.sql`SELECT k."id" AS "root", k."id", NULL::uuid AS "by"`
  type Row = { root: string; count: number; seen: number }
  const count = (tx: Transaction) => tx.$queryRaw<Row[]>`
    SELECT k."id" AS "root", m."count", m."seen" FROM unnest(${ids}::uuid[]) AS k("id") CROSS JOIN LATERAL (
      SELECT count(*) FILTER (WHERE found."live")::int AS "count", count(*)::int AS "seen"
      FROM (${line(actor, root)} LIMIT ${most}) found) m`
  const rows = await db().$transaction((tx) => byIndex(tx, () => count(tx)))
  const made = rows.map(({ root: id, count, seen }) => [id, seen < most ? count : Infinity] as const)
  return new Map(made.filter(([, count]) => count > 0))
}
