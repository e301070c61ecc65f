import type { Scope } from '@/contracts/permissions'
import type { Transaction } from '../db/client'
import { Refusal } from '../errors'
import type { Actor } from './actor'
import { AddressList } from './address-list'

/** Whoever makes or widens a key, as he is at that moment; a key's own addresses bound what it hands on (null: anywhere, or no key). */
export type LiveMaker = Actor & { allowedCidrs: AddressList | null }

/**
 * The caller as he is now. A key that was ended, narrowed or shortened since this request was verified hands out no more than it still
 * has: whoever ended it would never have seen what it left behind. Holds the key until the commit.
 * @throws Refusal `invalid_token`
 */
export async function liveMaker(tx: Transaction, actor: Actor): Promise<LiveMaker> {
  const { via } = actor
  if (via.kind !== 'api_key') return { ...actor, allowedCidrs: null }
  const [key] = await tx.$queryRaw<{ scopes: Scope[]; expiresAt: Date | null; allowedCidrs: string | null }[]>`
    SELECT "scopes", "expiresAt", "allowedCidrs" FROM "ApiKey"
    WHERE "id" = ${via.keyId}::uuid AND "clubId" = ${actor.clubId}::uuid AND "revokedAt" IS NULL AND "disabledAt" IS NULL FOR SHARE`
  if (!key || (key.expiresAt && key.expiresAt <= new Date())) throw new Refusal('invalid_token', 'The access token is not valid.')
  const scopes = actor.scopes.filter((scope) => key.scopes.includes(scope))
  return { ...actor, scopes, via: { ...via, expiresAt: key.expiresAt }, allowedCidrs: AddressList.kept(key.allowedCidrs) }
}
