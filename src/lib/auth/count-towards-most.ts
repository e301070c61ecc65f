import type { Actor } from '../actor'
import { db } from '../db/client'
import { accessible } from '../permissions/ability'
import { countedKeys } from './key-lifetime'

/**
 * How many live keys each of these owners has, as they count towards the most that the club allows; without
 * those who have none, and without keys that the caller may not see.
 */
export async function countTowardsMost(
  actor: Actor,
  owners: readonly string[],
): Promise<Map<string, number>> {
  const rows = await db().apiKey.groupBy({
    by: ['userId'],
    where: { AND: [accessible(actor, 'read', 'ApiKey'), countedKeys(), { userId: { in: [...owners] } }] },
    _count: true,
  })
  return new Map(rows.map(({ userId, _count }) => [userId, _count]))
}
