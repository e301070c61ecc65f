import type { Actor } from '../actor'
import { liveKeys } from '../auth/api-key-view'
import { db } from '../db/client'
import { accessible } from '../permissions/ability'

/** How many live keys each of these users has in the club, of those that the caller may see. */
export async function countLiveKeys(actor: Actor, userIds: string[]): Promise<Map<string, number>> {
  const counts = await db().apiKey.groupBy({
    by: ['userId'],
    where: { AND: [accessible(actor, 'read', 'ApiKey'), liveKeys()], userId: { in: userIds } },
    _count: true,
  })
  return new Map(counts.map(({ userId, _count }) => [userId, _count]))
}
