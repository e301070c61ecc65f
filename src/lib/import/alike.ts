import type { Transaction } from '../db/client'
import { MOST_ALIKE } from '../auth/slow-hashes/first-use'
import type { ImportRow } from './row'

/**
 * How many keys, known by a slow hash alone, are stored under each beginning: those that a token with one of
 * the rows' beginnings may have, too, shorter or longer.
 */
export type Alike = Map<string, number>

/** The database stores no shorter one. */
const SHORTEST = 6

export async function countAlike(tx: Transaction, rows: readonly ImportRow[]): Promise<Alike> {
  const lookups = [...new Set(rows.flatMap(({ kept }) => (kept.slow ? [kept.slow.lookup] : [])))]
  if (lookups.length === 0) return new Map()
  const shorter = [...new Set(lookups.flatMap(beginningsOf))]
  // U+007F comes behind every character that a beginning may hold.
  const found = await tx.$queryRaw<{ lookup: string; count: number }[]>`
    SELECT "lookup", count(*)::int AS "count" FROM (
      SELECT s."source", s."lookup" FROM "SlowHash" s WHERE s."hash" IS NOT NULL AND s."lookup" = ANY (${shorter}::text[])
      UNION
      SELECT s."source", s."lookup" FROM unnest(${lookups}::text[]) AS own JOIN "SlowHash" s
        ON s."hash" IS NOT NULL AND s."lookup" ~>~ own AND s."lookup" ~<~ (own || chr(127))
    ) AS alike GROUP BY "lookup"`
  return new Map(found.map(({ lookup, count }) => [lookup, count]))
}

/** At its first use a token is tried against few hashes: one more would never be found. */
export function isOneTooMany({ kept: { slow } }: ImportRow, alike: Alike): boolean {
  if (!slow) return false
  const { lookup } = slow
  const longer = [...alike.keys()].filter((one) => one.length > lookup.length && one.startsWith(lookup))
  const tried = (one: string) =>
    beginningsOf(one).reduce((sum, beginning) => sum + (alike.get(beginning) ?? 0), 0)
  const most = Math.max(...[lookup, ...longer].map(tried))
  if (most >= MOST_ALIKE) return true
  alike.set(lookup, (alike.get(lookup) ?? 0) + 1)
  return false
}

/** A text's own beginnings that may be stored, and all of it. */
const beginningsOf = (text: string): string[] =>
  Array.from({ length: Math.max(0, text.length - SHORTEST + 1) }, (_, at) => text.slice(0, SHORTEST + at))
