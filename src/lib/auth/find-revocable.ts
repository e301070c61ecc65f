import type { ApiKeyFilter } from '@/contracts/api-key-filter'
import type { Actor } from '../actor'
import { db } from '../db/client'
import { matchingLive } from './revoke-api-keys'

const AT_ONCE = 1_000

/**
 * The ids of keys that match, that the caller may revoke and that are not revoked yet, part by part.
 * @param after the last id of the part before
 */
export async function findRevocable(
  actor: Actor,
  { filter, after }: { filter: ApiKeyFilter; after?: string | undefined },
): Promise<string[]> {
  const matching = await matchingLive(db(), actor, filter)
  const rows = await db().apiKey.findMany({
    where: { AND: [matching, after === undefined ? {} : { id: { gt: after } }] },
    orderBy: { id: 'asc' },
    take: AT_ONCE,
    select: { id: true },
  })
  return rows.map(({ id }) => id)
}
