import type { ClubPolicy } from '@/contracts/club-policy'
import type { Actor } from '../actor'
import { apiKeySelect, showApiKey } from '../auth/api-key-view'
import { beyondPolicy, countedKeys } from '../auth/key-lifetime'
import { db } from '../db/client'
import { memberNames } from '../people/names'
import { accessible } from '../permissions/ability'

type Bounds = Parameters<typeof beyondPolicy>[0] & { maxLiveKeysPerMember: number }

const SHOWN_KEYS = 20
const SHOWN_OWNERS = 100

/**
 * Live keys that a policy would not allow if they were made now, and the owners who have more of them than it
 * allows, those with the most.
 */
export async function outsidePolicy(actor: Actor, policy: Bounds): Promise<ClubPolicy['outside']> {
  const readable = accessible(actor, 'read', 'ApiKey')
  const beyond = { AND: [readable, beyondPolicy(policy)] }
  const [count, rows, owners] = await Promise.all([
    db().apiKey.count({ where: beyond }),
    db().apiKey.findMany({
      relationLoadStrategy: 'join',
      where: beyond,
      orderBy: [{ expiresAt: { sort: 'desc', nulls: 'first' } }, { id: 'desc' }],
      take: SHOWN_KEYS,
      select: apiKeySelect,
    }),
    db().apiKey.groupBy({
      by: ['userId'],
      where: { AND: [readable, countedKeys()] },
      having: { userId: { _count: { gt: policy.maxLiveKeysPerMember } } },
      _count: { userId: true },
      orderBy: [{ _count: { userId: 'desc' } }, { userId: 'asc' }],
      take: SHOWN_OWNERS,
    }),
  ])
  const names = await memberNames(
    actor.clubId,
    owners.map(({ userId }) => userId),
  )
  return {
    keys: { count, first: rows.map((row) => showApiKey(row, actor)) },
    owners: owners.map(({ userId, _count }) => ({
      id: userId,
      name: names.get(userId) ?? '',
      liveKeys: _count.userId,
    })),
  }
}
