import type { Actor } from '../actor'
import { matchingKeys } from '../auth/key-filter'
import { db } from '../db/client'

const UNUSED_MS = 90 * 86_400_000
/** So many are counted at most: it means so many or more. */
const MOST = 100

/** Live keys that the caller sees and that need a look: how many end soon, and how many nobody uses. */
export async function keysToLookAt(actor: Actor): Promise<{ expiring: number; unused: number }> {
  const unusedSince = new Date(Date.now() - UNUSED_MS)
  const [expiring, unused] = await Promise.all([
    db().apiKey.count({ where: await matchingKeys(actor, 'read', { status: 'expiring' }), take: MOST }),
    db().apiKey.count({
      where: await matchingKeys(actor, 'read', { status: 'active', unusedSince }),
      take: MOST,
    }),
  ])
  return { expiring, unused }
}
