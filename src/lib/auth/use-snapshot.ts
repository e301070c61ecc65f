import { z } from 'zod'
import type { Order } from '@/contracts/api-key-filter'
import { db, Prisma } from '../db/client'

/**
 * The parts of a list by last use, read one after the other: keys that had been used, keys that had not, and
 * keys in such constant use that nobody knows any more when they had been used last.
 */
export const PARTS = ['used', 'unused', 'incessant'] as const
export type Part = (typeof PARTS)[number]

/** Where a page ended: in which part, at which last use, at which key. */
export const usePlace = z.strictObject({
  part: z.enum(PARTS),
  at: z.iso.datetime().nullable(),
  id: z.uuid(),
})
export type Place = z.infer<typeof usePlace>

/**
 * Which transactions count: those with a number below `end`, except those that were still running. This is
 * Postgres' own measure of what a statement sees; no clock tells what was committed when the first page was
 * read.
 */
export const snapshotSchema = z.strictObject({
  end: z.number().int().nonnegative(),
  /** Counted down from `end`. */
  running: z.array(z.number().int().positive()),
  /** By this process's clock. */
  taken: z.number().int(),
})
type Snapshot = z.infer<typeof snapshotSchema>

/** More running transactions than this would make the cursor too long. */
const MAX_RUNNING = 150
/** As many as `keep_earlier_uses` in the migrations keeps. */
const REMEMBERED = 32
/**
 * A key whose last use was this long before the snapshot, in milliseconds, has not been used since, whatever
 * its transaction's number says: after a restore the numbers are another server's.
 */
const LONG_AGO_MS = 3_600_000

export async function takeSnapshot(): Promise<Snapshot> {
  const [{ oldest, end, running }] = await db().$queryRaw<
    [{ oldest: bigint; end: bigint; running: bigint[] }]
  >`
    SELECT pg_snapshot_xmin(s)::text::bigint AS "oldest", pg_snapshot_xmax(s)::text::bigint AS "end",
      ARRAY(SELECT x::text::bigint FROM pg_snapshot_xip(s) AS x) AS "running" FROM pg_current_snapshot() AS s`
  const taken = Date.now()
  // As things were when the oldest of them began: a little earlier, and just as good to read by.
  if (running.length > MAX_RUNNING) return { end: Number(oldest), running: [], taken }
  return { end: Number(end), running: running.map((id) => Number(end - id)), taken }
}

const longAgo = ({ taken }: Snapshot) => new Date(taken - LONG_AGO_MS)
const runningIn = ({ end, running }: Snapshot) => running.map((below) => BigInt(end - below))

/** The keys whose last use has not changed since the snapshot, as a filter. */
export const writtenBefore = (snapshot: Snapshot): Prisma.ApiKeyUseWhereInput => ({
  OR: [
    { writtenBy: { lt: BigInt(snapshot.end), notIn: runningIn(snapshot) } },
    { lastUsedAt: { lt: longAgo(snapshot) } },
  ],
})

/** A key that was used since the snapshot, and its last use before that. */
export type Moved = { id: string; at: Date | null }
export type Reading = { clubId: string; order: Order; snapshot: Snapshot }
export type Window = { after: Place | null; until: Place | null; take: number }

/** The keys of one part, in order, between two places. It does not check whether the caller may see them. */
export function usedSince(
  { clubId, order, snapshot }: Reading,
  part: Part,
  { after, until, take }: Window,
): Promise<Moved[]> {
  const counts = (by: Prisma.Sql) =>
    Prisma.sql`(${by} < ${BigInt(snapshot.end)} AND ${by} <> ALL (${runningIn(snapshot)}::bigint[]))`
  const [beyond, upTo, direction] =
    order === 'asc'
      ? [Prisma.sql`>`, Prisma.sql`<=`, Prisma.sql`ASC`]
      : [Prisma.sql`<`, Prisma.sql`>=`, Prisma.sql`DESC`]
  const limit = (side: Prisma.Sql, place: Place | null) =>
    !place
      ? Prisma.empty
      : place.at === null
        ? Prisma.sql`AND "id" ${side} ${place.id}::uuid`
        : Prisma.sql`AND ("at", "id") ${side} (${new Date(place.at)}::timestamptz, ${place.id}::uuid)`
  return db().$queryRaw`
    SELECT "id", "at" FROM (
      SELECT u."apiKeyId" AS "id", cardinality(u."earlier") AS "remembered", (
        SELECT e."at" FROM unnest(u."earlier", u."earlierBy") WITH ORDINALITY AS e("at", "by", "nth")
        WHERE ${counts(Prisma.sql`e."by"`)} OR e."at" < ${longAgo(snapshot)}::timestamptz ORDER BY e."nth" LIMIT 1) AS "at"
      FROM "ApiKeyUse" u
      WHERE u."clubId" = ${clubId} AND u."lastUsedAt" >= ${longAgo(snapshot)}::timestamptz
        AND NOT ${counts(Prisma.sql`u."writtenBy"`)}
    ) moved WHERE ${OF_PART[part]} ${limit(beyond, after)} ${limit(upTo, until)}
    ORDER BY "at" ${direction}, "id" ${direction} LIMIT ${take}`
}

const OF_PART: Record<Part, Prisma.Sql> = {
  used: Prisma.sql`"at" IS NOT NULL`,
  unused: Prisma.sql`"at" IS NULL AND "remembered" < ${REMEMBERED}`,
  incessant: Prisma.sql`"at" IS NULL AND "remembered" >= ${REMEMBERED}`,
}
