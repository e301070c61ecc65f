import type { Transaction } from '../db/client'
import { Refusal } from '../errors'
import type { Actor } from './actor'

/**
 * A key revoked since this request was verified makes and enables no more keys: its revocation would never have seen what it left behind.
 * Holds the key until the commit.
 * @throws Refusal `invalid_token`
 */
export async function refuseDeadMaker(tx: Transaction, actor: Actor): Promise<void> {
  if (actor.via.kind !== 'api_key') return
  const alive = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM "ApiKey" WHERE "id" = ${actor.via.keyId}::uuid AND "revokedAt" IS NULL AND "disabledAt" IS NULL FOR SHARE`
  if (alive.length === 0) throw new Refusal('invalid_token', 'The access token is not valid.')
}
