import type { RevokedApiKey } from '@/contracts/api-key-revocation'
import { forbidden, insufficientScope } from '../errors'
import { endsItself } from '../permissions/ability'
import type { Actor } from '../actor'
import { revokeApiKey } from './revoke-api-key'

type Input = { reason?: string | undefined; descendants?: boolean | undefined }

/**
 * The calling key ends itself, whatever its scopes: so anybody who finds a leaked key can end it. Its
 * descendants end with it only where it may revoke keys.
 * @param input `descendants` omitted: if the key may
 * @throws Refusal `forbidden` (no key calls), `insufficient_scope` (its descendants are asked for, too)
 */
export async function revokeOwnKey(
  actor: Actor,
  { reason, descendants }: Input = {},
): Promise<RevokedApiKey> {
  const { via, ability } = actor
  if (via.kind !== 'api_key') throw forbidden('Only a key can end itself. Revoke a key by its id.')
  const mayMore = ability.can('revoke', 'ApiKey')
  if (descendants && !mayMore) throw insufficientScope(['api-keys:write'])
  const acting = mayMore
    ? actor
    : { ...actor, ability: endsItself({ clubId: actor.clubId, keyId: via.keyId }) }
  return revokeApiKey(acting, { id: via.keyId, reason, descendants: mayMore && (descendants ?? true) })
}
