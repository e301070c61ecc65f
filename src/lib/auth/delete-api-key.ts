import { appendAudit } from '../audit/append'
import { gone } from '../audit/changes'
import { db, type Transaction } from '../db/client'
import { conflict, notFound } from '../errors'
import { accessible } from '../permissions/ability'
import type { Actor } from './actor'
import { isLive } from './api-key-view'
import { findDescendants } from './descendants'
import { requireFresh } from './fresh'
import { lockKey } from './lock'
import { PATIENCE_MS, revokeKeys } from './revoke-keys'
import { verifiedKeys } from './verified-keys'

/**
 * Deletes a key; one that is alive is revoked in the same act. The database keeps a tombstone: the same token
 * never works again, and what the key made can still be traced to it.
 * @throws Refusal `not_found`, `conflict` (live keys go back to it: deleted, nobody would see where they came
 *   from), `reauthentication_required`
 */
export async function deleteApiKey(actor: Actor, { id }: { id: string }): Promise<void> {
  requireFresh(actor)
  // Before anybody is held: a line may be long, and whoever is refused may ask again.
  await db().$transaction((tx) => refuseWhileAlive(tx, actor, id), { timeout: PATIENCE_MS })
  const remove = async (tx: Transaction) => {
    const row = await lockKey(tx, actor, 'delete', id)
    // The owner is held: no key of theirs can be making another one meanwhile.
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
 * @throws Refusal `conflict`; `not_found` for who may not delete the key: what goes back to it is not theirs
 *   to know
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
