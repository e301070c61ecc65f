import type { KeyUse } from '@/components/keys/key-use'
import type { ApiKey } from '@/contracts/api-key'
import { listAuditEvents } from '@/lib/audit/list'
import type { Actor } from '@/lib/actor'
import { seesUsageOf } from '@/lib/permissions/ability'
import { listPlaces } from '@/lib/usage/list-places'
import { getApiKeyUsage } from '@/lib/usage/read-usage'

/** What a key did and where it was used from; null: not for this person to see. */
export async function useOf(actor: Actor, { id, owner }: ApiKey): Promise<KeyUse | null> {
  if (!seesUsageOf(actor, owner.id)) return null
  const [{ total }, places] = await Promise.all([getApiKeyUsage(actor, { id }), listPlaces(actor, { id })])
  return { days30: total, places }
}

/** Who revoked a key, for a person who may read the log; null: nobody, or not for this person to know. */
export async function revokedBy(actor: Actor, { id, revokedAt }: ApiKey): Promise<string | null> {
  if (revokedAt === null || !actor.ability.can('read', 'AuditEvent')) return null
  const { data } = await listAuditEvents(actor, { targetId: id, action: 'api-key.revoke', limit: 1 })
  const [event] = data
  if (!event) return null
  const { kind, user, label } = event.actor
  if (kind === 'system') return 'what followed from another act'
  return [user?.name, label && (kind === 'api_key' ? `by the key “${label}”` : label)]
    .filter(Boolean)
    .join(', ')
}
