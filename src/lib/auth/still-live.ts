import type { Scope } from '@/contracts/permissions'
import { db } from '../db/client'
import { Refusal } from '../errors'
import { liveRoles } from '../people/member'
import { effectiveScopes } from '../permissions/scopes'
import type { Actor } from '../actor'
import { liveKeys } from './api-key-view'
import { requireStillValid } from './still-valid'

/** Whether the caller of a long answer still is who they were and still has this scope. */
export async function isStillLive(actor: Actor, scope: Scope): Promise<boolean> {
  const { clubId, userId, via } = actor
  if (via.kind !== 'api_key' && via.kind !== 'session') return true
  if (userId === null) return false
  if (via.kind === 'session')
    return requireStillValid(db(), actor).then(
      () => true,
      (error: unknown) => {
        if (error instanceof Refusal) return false
        throw error
      },
    )
  const key = await db().apiKey.findFirst({
    where: { id: via.keyId, clubId, disabledAt: null, ...liveKeys() },
    select: { scopes: true },
  })
  const roles = await liveRoles(db(), { clubId, userId })
  return key !== null && roles !== null && effectiveScopes(key.scopes, roles).includes(scope)
}
