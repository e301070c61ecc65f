import type { WhoAmI } from '@/contracts/whoami'
import { db } from '../db/client'
import { notFound } from '../errors'
import type { Actor } from './actor'

/** The caller as the server sees them. @throws Refusal `not_found` when nobody stands behind the caller */
export async function whoAmI(actor: Actor): Promise<WhoAmI> {
  const membership = await db().membership.findUnique({
    relationLoadStrategy: 'join',
    where: { clubId_userId: { clubId: actor.clubId, userId: actor.userId ?? '' } },
    select: {
      club: { select: { id: true, slug: true, name: true } },
      user: { select: { id: true, name: true, kind: true } },
    },
  })
  if (!membership) throw notFound()
  const key = actor.via.kind === 'api_key' ? { id: actor.via.keyId, name: actor.via.keyName } : null
  return { ...membership, key, roles: [...actor.roles], scopes: [...actor.scopes] }
}
