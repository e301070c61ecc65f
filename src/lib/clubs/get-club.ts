import { db } from '../db/client'
import type { Actor } from '../auth/actor'

/** The actor's own club, with its policy for new keys. */
export async function getClub({ clubId }: Actor) {
  const select = {
    slug: true,
    name: true,
    defaultKeyDays: true,
    maxKeyDays: true,
    allowNonExpiringKeys: true,
  } as const
  return db().club.findUniqueOrThrow({ where: { id: clubId }, select })
}
