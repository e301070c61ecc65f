import { appendAudit } from '../audit/append'
import { gone } from '../audit/changes'
import type { Actor } from '../actor'
import { requireFresh } from '../auth/fresh'
import { requireStillValid } from '../auth/still-valid'
import { db, type Transaction } from '../db/client'
import { lockEndpoint } from './endpoint-view'
import { withoutAddress } from './without-address'

/** How long a full record of deliveries takes to go, in milliseconds. */
const PATIENCE_MS = 10_000

/**
 * Deletes an endpoint, and what is known of deliveries there.
 * @throws Refusal `not_found`, `reauthentication_required`
 */
export async function deleteWebhook(actor: Actor, { id }: { id: string }): Promise<void> {
  requireFresh(actor)
  const remove = async (tx: Transaction) => {
    const { url, types, description } = await lockEndpoint(tx, actor, 'delete', id)
    await requireStillValid(tx, actor)
    const changes = withoutAddress(gone({ url, types, description }))
    // Before it is gone: an event tells what it was.
    await appendAudit(tx, actor, { action: 'webhook.delete', targetId: id, changes })
    await tx.webhookEndpoint.delete({
      where: { clubId_id: { clubId: actor.clubId, id } },
      select: { id: true },
    })
  }
  await db().$transaction(remove, { timeout: PATIENCE_MS })
}
