import type { Scope } from '@/contracts/permissions'
import type { Usage } from '@/contracts/usage'
import { db } from '../db/client'
import { accessible } from '../permissions/ability'
import { keptScopes } from '../permissions/scopes'
import { settings } from '../settings'
import type { Actor } from '../actor'
import { PLACES_KEPT } from './places'
import { usageOfKey } from './read-usage'

export type KeyPlace = { address: string | null; userAgent: string | null; lastUsedAt: string }

/** What a key did in 30 days, where it was used from (the last first), and when each scope was last needed. */
export type KeyActivity = {
  usage: Usage
  places: KeyPlace[]
  scopeUses: { scope: Scope; lastUsedAt: string }[]
}

/** @returns null for a key whose usage the caller may not see, and for one that is not there */
export async function getKeyActivity(actor: Actor, { id }: { id: string }): Promise<KeyActivity | null> {
  const row = await db().apiKey.findFirst({
    relationLoadStrategy: 'join',
    where: { id, ...accessible(actor, 'read-usage', 'ApiKey') },
    select: {
      places: {
        orderBy: [{ lastUsedAt: 'desc' }, { place: 'asc' }],
        take: PLACES_KEPT,
        select: { address: true, userAgent: true, lastUsedAt: true },
      },
      scopeUses: { select: { scope: true, lastUsedAt: true } },
    },
  })
  if (!row) return null
  const places = settings().keepsPlaces ? row.places : []
  const known = keptScopes(row.scopeUses.map(({ scope }) => scope))
  return {
    usage: await usageOfKey(actor, id),
    places: places.map(asTold),
    scopeUses: row.scopeUses.filter(({ scope }) => known.includes(scope)).map(asTold),
  }
}

const asTold = <Used extends { lastUsedAt: Date }>({ lastUsedAt, ...used }: Used) => ({
  ...used,
  lastUsedAt: lastUsedAt.toISOString(),
})
