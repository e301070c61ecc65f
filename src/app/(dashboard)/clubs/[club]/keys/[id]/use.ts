import type { KeyUse } from '@/components/keys/key-use'
import type { ApiKey } from '@/contracts/api-key'
import type { Actor } from '@/lib/auth/actor'
import { seesUsageOf } from '@/lib/permissions/ability'
import { listPlaces } from '@/lib/usage/list-places'
import { getApiKeyUsage } from '@/lib/usage/read-usage'

/** What a key did and where it was used from; null: not for this person to see. */
export async function useOf(actor: Actor, { id, owner }: ApiKey): Promise<KeyUse | null> {
  if (!seesUsageOf(actor, owner.id)) return null
  const [{ total }, places] = await Promise.all([getApiKeyUsage(actor, { id }), listPlaces(actor, { id })])
  return { days30: total, places }
}
