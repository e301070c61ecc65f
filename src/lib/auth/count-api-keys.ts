import { API_KEY_STATUSES, type ApiKeyFilter, type ApiKeyStatus } from '@/contracts/api-key-filter'
import { MAX_COUNTED } from '@/contracts/bounds'
import type { Actor } from '../actor'
import { inTurn } from '../counting-turns'
import { db, type Prisma } from '../db/client'
import { IN_ANY_ORDER } from '../db/in-any-order'
import { tookTooLong } from '../db/outage'
import { statusOf } from '../key-status'
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

/** So few keys are read and counted here, in one statement; more are counted by the database, in one each. */
const FEW = 200

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
  try {
    // One after the other, on one connection: counts leave the others to everybody else.
    return await inTurn(actor, async () => (await countFew(matching)) ?? countEach(matching))
  } catch (error) {
    if (!tookTooLong(error)) throw error
    return null
  }
}

/** null: there are too many. */
async function countFew(matching: Prisma.ApiKeyWhereInput): Promise<Record<ApiKeyStatus, number> | null> {
  const keys = await db().apiKey.findMany({
    where: matching,
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: FEW + 1,
    select: { revokedAt: true, expiresAt: true, disabledAt: true },
  })
  if (keys.length > FEW) return null
  const now = Date.now()
  const statuses = keys.map((key) => statusOf(key, now))
  return recordOf((status) => statuses.filter((one) => one === status).length)
}

async function countEach(matching: Prisma.ApiKeyWhereInput): Promise<Record<ApiKeyStatus, number>> {
  const counts = new Map<ApiKeyStatus, number>()
  for (const status of API_KEY_STATUSES) {
    const where = { AND: [matching, havingStatus(status)] }
    counts.set(status, await db().apiKey.count({ where, take: MAX_COUNTED, orderBy: IN_ANY_ORDER }))
  }
  return recordOf((status) => counts.get(status) ?? 0)
}

const recordOf = (count: (status: ApiKeyStatus) => number): Record<ApiKeyStatus, number> =>
  Object.fromEntries(API_KEY_STATUSES.map((status) => [status, count(status)])) as Record<
    ApiKeyStatus,
    number
  >
