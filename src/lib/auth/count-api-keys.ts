import type { ApiKeyFilter } from '@/contracts/api-key-filter'
import type { Actor } from '../actor'
import { db } from '../db/client'
import { matchingKeys } from './key-filter'

/** So many are counted at most: it means so many or more. */
export const MOST_COUNTED = 1_000

/** How many keys the list with this filter has, on all its pages together. */
export async function countApiKeys(actor: Actor, filter: ApiKeyFilter): Promise<number> {
  return db().apiKey.count({ where: await matchingKeys(actor, 'read', filter), take: MOST_COUNTED })
}
