import type { Transaction } from '../db/client'
import { MOST_ALIKE } from '../slow-hashes/first-use'
import type { ImportRow } from './row'

/** How many keys, known by a slow hash alone, begin as each of these does. */
export type Alike = Map<string, number>

export async function countAlike(tx: Transaction, rows: readonly ImportRow[]): Promise<Alike> {
  const lookups = rows.flatMap(({ kept }) => (kept.slow ? [kept.slow.lookup] : []))
  if (lookups.length === 0) return new Map()
  const found = await tx.slowHash.groupBy({
    by: ['lookup'],
    where: { lookup: { in: lookups }, hash: { not: null } },
    _count: true,
  })
  return new Map(found.map(({ lookup, _count }) => [lookup ?? '', _count]))
}

/** At its first use a token is tried against few hashes: one more would never be found. */
export function isOneTooMany({ kept: { slow } }: ImportRow, alike: Alike): boolean {
  if (!slow) return false
  const count = (alike.get(slow.lookup) ?? 0) + 1
  alike.set(slow.lookup, count)
  return count > MOST_ALIKE
}
