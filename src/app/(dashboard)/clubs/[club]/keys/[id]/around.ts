import type { Grace } from '@/components/keys/grace-notice'
import type { Relative, Relatives } from '@/components/keys/key-history'
import type { ApiKey } from '@/contracts/api-key'
import { id as idSchema } from '@/contracts/text'
import type { Actor } from '@/lib/actor'
import { getApiKey } from '@/lib/auth/api-key'
import { Refusal } from '@/lib/errors'
import { callsOfLastDay } from '@/lib/usage/count'

type Around = Record<keyof Relatives, ApiKey | null>

/** A key that this person may see, or null; what is no id is no key's. */
export async function findKey(actor: Actor, id: string | null): Promise<ApiKey | null> {
  if (!idSchema.safeParse(id).success || id === null) return null
  try {
    return await getApiKey(actor, { id })
  } catch (error) {
    if (error instanceof Refusal && error.code === 'not_found') return null
    throw error
  }
}

/** The grace that runs: this key's own, or that of the one it replaces. */
export async function graceAround(
  actor: Actor,
  key: ApiKey,
  { predecessor, successor }: Around,
): Promise<Grace | null> {
  const old = runs(key) ? key : predecessor && runs(predecessor) ? predecessor : null
  const next = old === key ? successor : key
  if (!old) return null
  // A successor that this person may not see, or that is deleted, leaves the moment open: then every call
  // counts as one since.
  return { old, rotatedAt: next?.createdAt ?? old.createdAt, callsToday: await callsOfLastDay(actor, old.id) }
}

const runs = ({ replacedById, status }: ApiKey) =>
  replacedById !== null && (status === 'active' || status === 'expiring')

/** As the page shows them: what cannot be seen any more by its id alone. */
export function relativesOf(key: ApiKey, { predecessor, successor, maker }: Around): Relatives {
  return {
    predecessor: relative(key.rotatedFromId, predecessor),
    successor: relative(key.replacedById, successor),
    // Which is the same where a key rotated itself.
    maker: key.createdByKeyId === key.rotatedFromId ? null : relative(key.createdByKeyId, maker),
  }
}

const relative = (id: string | null, key: ApiKey | null): Relative | null =>
  id === null ? null : { id, key }
