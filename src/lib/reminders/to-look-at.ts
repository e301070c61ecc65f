import type { Actor } from '../actor'
import { matchingKeys } from '../auth/key-filter'
import { db } from '../db/client'
import { IN_ANY_ORDER } from '../db/in-any-order'

const UNUSED_MS = 90 * 86_400_000
/** At most this many are counted: it means that many or more. */
const MOST = 100

/** Live keys that the caller sees and that need attention: how many end soon, and how many nobody uses. */
export async function keysToLookAt(actor: Actor): Promise<{ expiring: number; unused: number }> {
  const unusedSince = new Date(Date.now() - UNUSED_MS)
  const [expiring, unused] = await Promise.all([
    db().apiKey.count({
      where: await matchingKeys(actor, 'read', { status: 'expiring' }),
      take: MOST,
      orderBy: IN_ANY_ORDER,
    }),
    db().apiKey.count({
      where: await matchingKeys(actor, 'read', { status: 'active', unusedSince }),
      take: MOST,
      orderBy: IN_ANY_ORDER,
    }),
  ])
  return { expiring, unused }
}
