import type { WebhookDelivery } from '@/contracts/webhook'
import { appendAudit } from '../audit/append'
import type { Actor } from '../actor'
import { requireStillValid } from '../auth/still-valid'
import { newId } from '../db/new-id'
import { conflict } from '../errors'
import { changing } from '../idempotency/changing'
import { wakeAfterCommit } from '../outbox/wake'
import { deliverySelect, lockEndpoint, showDelivery } from './endpoint-view'
import { TEST_EVENT } from './settle'

/**
 * Has an event without a meaning sent to an endpoint, at once and to no other.
 * @throws Refusal `not_found`, `conflict` (it is disabled)
 */
export async function testWebhook(actor: Actor, { id }: { id: string }): Promise<WebhookDelivery> {
  const { clubId } = actor
  return changing(actor, async (tx) => {
    const { disabledAt } = await lockEndpoint(tx, actor, 'update', id)
    await requireStillValid(tx, actor)
    if (disabledAt) throw conflict('This webhook is disabled: enable it first.')
    const eventId = newId()
    const data = { message: 'This is a test. It tells of nothing.', webhook: { id } }
    // Nobody is to be told of it: its one delivery is written here.
    const event = await tx.event.create({
      data: { id: eventId, clubId, type: TEST_EVENT, subjectId: id, data, tellAt: null },
      select: { sequence: true },
    })
    const row = await tx.webhookDelivery.create({
      data: { clubId, endpointId: id, eventId, sequence: event.sequence, subjectId: id, urgent: true },
      select: deliverySelect,
    })
    wakeAfterCommit(tx)
    await appendAudit(tx, actor, { action: 'webhook.test', targetId: id, changes: {} })
    return showDelivery(row)
  })
}
