import type { WhoAmI } from '@/contracts/whoami'
import { notFound } from '../errors'
import { describeMember } from '../people/describe'
import type { Actor } from '../actor'

/** The caller as the server sees them. @throws Refusal `not_found` for an actor without a user */
export async function whoAmI(actor: Actor): Promise<WhoAmI> {
  const { clubId, userId } = actor
  const described = userId === null ? null : await describeMember({ clubId, userId })
  if (!described) throw notFound()
  const { via } = actor
  const key =
    via.kind === 'api_key'
      ? {
          id: via.keyId,
          name: via.keyName,
          expiresAt: via.expiresAt?.toISOString() ?? null,
          metadata: via.metadata,
        }
      : null
  return { ...described, key, roles: [...actor.roles], scopes: [...actor.scopes] }
}
