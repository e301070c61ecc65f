import { db } from '../db/client'
import { IN_ANY_ORDER } from '../db/in-any-order'
import type { Actor } from '../actor'
import { liveKeys } from './api-key-view'
import { matchingKeys } from './key-filter'

/** In days. */
const SPAN = 30
const DAY_MS = 86_400_000
/** So many are counted at most: it means so many or more. */
const MOST = 10_000

/** Live imported keys that the caller sees, and how many of them were used in the last `days`. */
export type ImportedInUse = { imported: number; used: number; days: number; atMost: number }

/** How many keys of another system are still in use, so that somebody sees when they can go. */
export async function importedInUse(actor: Actor): Promise<ImportedInUse> {
  const usedSince = new Date(Date.now() - SPAN * DAY_MS)
  const count = async (filter: { usedSince?: Date }) =>
    db().apiKey.count({
      where: { AND: [await matchingKeys(actor, 'read', { imported: 'true', ...filter }), liveKeys()] },
      take: MOST,
      orderBy: IN_ANY_ORDER,
    })
  const imported = await count({})
  const used = imported === 0 ? 0 : await count({ usedSince })
  return { imported, used, days: SPAN, atMost: MOST }
}
