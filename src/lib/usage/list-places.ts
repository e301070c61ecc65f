import { db } from '../db/client'
import { accessible } from '../permissions/ability'
import { settings } from '../settings'
import type { Actor } from '../actor'
import { PLACES_KEPT } from './places'

export type KeyPlace = { address: string | null; userAgent: string | null; lastUsedAt: string }

/** Where a key was used from, the last first; nothing of a key whose usage the caller may not see. */
export async function listPlaces(actor: Actor, { id }: { id: string }): Promise<KeyPlace[]> {
  if (!settings().keepsPlaces) return []
  const rows = await db().apiKeyPlace.findMany({
    where: { apiKey: { id, ...accessible(actor, 'read-usage', 'ApiKey') } },
    orderBy: [{ lastUsedAt: 'desc' }, { place: 'asc' }],
    take: PLACES_KEPT,
    select: { address: true, userAgent: true, lastUsedAt: true },
  })
  return rows.map(({ lastUsedAt, ...place }) => ({ ...place, lastUsedAt: lastUsedAt.toISOString() }))
}
