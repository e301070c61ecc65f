import { API_KEY_STATUSES, type ApiKeyFilter, type ApiKeyStatus } from '@/contracts/api-key-filter'
import { MAX_COUNTED } from '@/contracts/bounds'
import type { Actor } from '../actor'
import { inTurn } from '../counting-turns'
import { db } from '../db/client'
import { IN_ANY_ORDER } from '../db/in-any-order'
import { tookTooLong } from '../db/outage'
import { havingStatus } from './api-key-view'
import { matchingKeys } from './key-filter'

/** So many are counted at most: it means so many or more. */
export const MOST_COUNTED = 1_000

/** How many keys the list with this filter has, on all its pages together. */
export async function countApiKeys(actor: Actor, filter: ApiKeyFilter): Promise<number> {
  return db().apiKey.count({
    where: await matchingKeys(actor, 'read', filter),
    take: MOST_COUNTED,
    orderBy: IN_ANY_ORDER,
  })
}

/**
 * How many keys of each status the list has that is asked for all else in the filter; up to `MAX_COUNTED`,
 * which means so many or more.
 * @returns null where they could not be counted in time, or too many are being counted now
 */
export async function countByStatus(
  actor: Actor,
  filter: ApiKeyFilter,
): Promise<Record<ApiKeyStatus, number> | null> {
  const matching = await matchingKeys(actor, 'read', { ...filter, status: undefined })
  const count = async (status: ApiKeyStatus) => {
    const where = { AND: [matching, havingStatus(status)] }
    return [status, await db().apiKey.count({ where, take: MAX_COUNTED, orderBy: IN_ANY_ORDER })] as const
  }
  try {
    // One after the other, on one connection: counts leave the others to everybody else.
    return await inTurn(actor, async () => {
      const counts = []
      for (const status of API_KEY_STATUSES) counts.push(await count(status))
      return Object.fromEntries(counts) as Record<ApiKeyStatus, number>
    })
  } catch (error) {
    if (!tookTooLong(error)) throw error
    return null
  }
}
