import { db } from '../db/client'
import type { Actor } from '../actor'

/** The actor's own club, with its policy for new keys. */
export async function getClub({ clubId }: Actor) {
  const select = {
    slug: true,
    name: true,
    timeZone: true,
    defaultKeyDays: true,
    minKeyDays: true,
    maxKeyDays: true,
    allowNonExpiringKeys: true,
    keyMakers: true,
    keyScopes: true,
  } as const
  return db().club.findUniqueOrThrow({ where: { id: clubId }, select })
}
