import type { Actor } from '../actor'
import { matchingKeys } from './key-filter'
import { db } from '../db/client'
import { IN_ANY_ORDER } from '../db/in-any-order'

const UNUSED_MS = 90 * 86_400_000
/** At most this many are counted: it means that many or more. */
const MOST = 100

/** Live keys that the caller sees and that nobody has used for 90 days. */
export async function countUnusedKeys(actor: Actor): Promise<number> {
  const unusedSince = new Date(Date.now() - UNUSED_MS)
  return db().apiKey.count({
    where: await matchingKeys(actor, 'read', { status: 'active', unusedSince }),
    take: MOST,
    orderBy: IN_ANY_ORDER,
  })
}
