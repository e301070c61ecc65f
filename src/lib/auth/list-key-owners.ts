import { db } from '../db/client'
import { accessible } from '../permissions/ability'
import type { Actor } from '../actor'

/** More than this nobody chooses from by eye. */
const MOST = 500

/** The owners of the keys that the caller may see, by the names that the club uses. */
export async function listKeyOwners(actor: Actor): Promise<{ id: string; name: string }[]> {
  const rows = await db().holder.findMany({
    relationLoadStrategy: 'join',
    where: { clubId: actor.clubId, apiKeys: { some: accessible(actor, 'read', 'ApiKey') } },
    take: MOST,
    select: { userId: true, name: true, live: { select: { name: true } } },
  })
  const owners = rows.map(({ userId, name, live }) => ({ id: userId, name: live?.name ?? name }))
  return owners.sort((a, b) => a.name.localeCompare(b.name))
}
