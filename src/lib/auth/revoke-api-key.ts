import type { RevokedApiKey } from '@/contracts/api-key-revocation'
import { MAX_TOLD } from '@/contracts/bounds'
import type { Transaction } from '../db/client'
import type { Actor } from '../actor'
import { apiKeySelect, showApiKey, type ApiKeyRow } from './api-key-view'
import { requireFresh } from './fresh'
import { lockForRevoking } from './lock'
import { followLine, soFar } from './follow-line'
import { ANSWER_MS, endNamed, NO_LINE, revokeKeys, revokeLine } from './revoke-keys'
import { verifiedKeys } from './verified-keys'

type Input = {
  id: string
  reason?: string | undefined
  descendants?: boolean
  /** How long to go on with the descendants before the answer, in milliseconds. */
  patienceMs?: number
}

/**
 * Revokes a key for good, by default with the live keys that it made and those that they made: a thief of the
 * key could have made keys with it. The key itself ends first; descendants that take too long for the answer
 * follow afterwards. The key stays on record. Revoking a revoked or deleted key changes nothing about it, but
 * still ends its descendants. A key that revokes its own maker ends with it.
 * @param reason why, for the audit log
 * @throws Refusal `not_found`, `reauthentication_required`
 */
export async function revokeApiKey(
  actor: Actor,
  { id, reason, descendants = true, patienceMs = ANSWER_MS }: Input,
): Promise<RevokedApiKey> {
  requireFresh(actor)
  const until = Date.now() + patienceMs
  const revoke = async (tx: Transaction, most: number) => {
    const { row: before, deleted } = await lockForRevoking(tx, actor, id)
    if (!before.revokedAt && !deleted) await revokeKeys(tx, actor, [{ id }], reason)
    // The owner is locked: no key of theirs can make another one meanwhile.
    const line = descendants ? await revokeLine(tx, actor, [id], { reason, most }) : NO_LINE
    if (deleted) return { row: before, line }
    const row = await tx.apiKey.findUniqueOrThrow({
      where: { clubId_id: { clubId: actor.clubId, id } },
      select: apiKeySelect,
    })
    return { row, line }
  }
  const show = (row: ApiKeyRow, { revoked, complete }: { revoked: string[]; complete: boolean }) => ({
    ...showApiKey(row, actor),
    alsoRevoked: revoked.slice(0, MAX_TOLD),
    alsoRevokedCount: revoked.length,
    complete,
  })
  const { row, line } = await endNamed(actor, revoke, (ended) => show(ended.row, soFar(ended.line)))
  verifiedKeys().forget([id, ...line.revoked])
  return show(row, await followLine(line, until))
}
