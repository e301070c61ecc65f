import { appendAudit } from '../audit/append'
import { gone } from '../audit/changes'
import { db, type Transaction } from '../db/client'
import { conflict, notFound } from '../errors'
import { accessible } from '../permissions/ability'
import type { Actor } from '../actor'
import { isLive } from './api-key-view'
import { findDescendants } from './descendants'
import { requireFresh } from './fresh'
import { lockKey } from './lock'
import { PATIENCE_MS, revokeKeys } from './revoke-keys'
import { verifiedKeys } from './verified-keys'

/**
 * Deletes a key; a live one is revoked in the same act. The database keeps a tombstone: the token never works
 * again, and one can still see which keys it made.
 * @throws Refusal `not_found`, `conflict` (it has live descendants, whose origin nobody could see any more),
 *   `reauthentication_required`
 */
export async function deleteApiKey(actor: Actor, { id }: { id: string }): Promise<void> {
  requireFresh(actor)
  // Before any lock: it may take long, and a caller who is refused may ask again.
  await db().$transaction((tx) => refuseWhileAlive(tx, actor, id), { timeout: PATIENCE_MS })
  const remove = async (tx: Transaction) => {
    const row = await lockKey(tx, actor, 'delete', id)
    // The owner is locked: no key of theirs can make another one meanwhile.
    await refuseWhileAlive(tx, actor, id)
    if (isLive(row)) await revokeKeys(tx, actor, [{ id }], 'It was deleted.')
    await tx.apiKey.delete({ where: { clubId_id: { clubId: actor.clubId, id } }, select: { id: true } })
    await appendAudit(tx, actor, {
      action: 'api-key.delete',
      targetId: id,
      changes: gone({ name: row.name }),
    })
  }
  await db().$transaction(remove, { timeout: PATIENCE_MS })
  verifiedKeys().forget([id])
}

/**
 * @throws Refusal `conflict`; `not_found` for a caller who may not delete the key, and so may not learn of
 *   its descendants
 */
async function refuseWhileAlive(tx: Transaction, actor: Actor, id: string): Promise<void> {
  const where = { id, ...accessible(actor, 'delete', 'ApiKey') }
  if ((await tx.apiKey.count({ where })) === 0) throw notFound()
  const { made } = await findDescendants(tx, actor, [id])
  if (made.length === 0) return
  throw conflict(
    `This key cannot be deleted while keys that go back to it are alive (${made.length}). Revoke it with them first.`,
  )
}
