import type { RevokedApiKey } from '@/contracts/api-key'
import { MAX_TOLD } from '@/contracts/bounds'
import { db, type Transaction } from '../db/client'
import type { Actor } from './actor'
import { apiKeySelect, showApiKey } from './api-key-view'
import { requireFresh } from './fresh'
import { lockForRevoking } from './lock'
import { PATIENCE_MS, revokeKeys, revokeLine, revokeRestOfLine } from './revoke-keys'
import { verifiedKeys } from './verified-keys'

type Input = { id: string; reason?: string | undefined; descendants?: boolean }

/**
 * Revokes a key for good, by default with the live keys that it made, and those that they made: whoever had a
 * leaked key could make keys with it. It stays on record. Revoking a revoked or deleted key changes nothing
 * about it, and still takes along what it made. A key that revokes what made it goes with it.
 * @param reason why, for the audit log
 * @throws Refusal `not_found`, `reauthentication_required`
 */
export async function revokeApiKey(
  actor: Actor,
  { id, reason, descendants = true }: Input,
): Promise<RevokedApiKey> {
  requireFresh(actor)
  const revoke = async (tx: Transaction) => {
    const { row: before, deleted } = await lockForRevoking(tx, actor, id)
    if (!before.revokedAt && !deleted) await revokeKeys(tx, actor, [{ id }], reason)
    // The owner is held: no key of theirs can be making another one meanwhile.
    const line = descendants ? await revokeLine(tx, actor, [id], reason) : { revoked: [], all: true }
    if (deleted) return { row: before, line }
    const row = await tx.apiKey.findUniqueOrThrow({
      where: { clubId_id: { clubId: actor.clubId, id } },
      select: apiKeySelect,
    })
    return { row, line }
  }
  const { row, line } = await db().$transaction(revoke, { timeout: PATIENCE_MS })
  verifiedKeys().forget([id, ...line.revoked])
  const rest = line.all ? [] : await revokeRestOfLine(actor, [id], reason)
  const alsoRevoked = [...line.revoked, ...rest]
  return {
    ...showApiKey(row),
    alsoRevoked: alsoRevoked.slice(0, MAX_TOLD),
    alsoRevokedCount: alsoRevoked.length,
  }
}
