import { MAX_REPLAYED } from '@/contracts/bounds'
import type { ReplayWebhookBody, WebhookDelivery } from '@/contracts/webhook'
import { IN_ANY_ORDER } from '../db/in-any-order'
import { appendAudit } from '../audit/append'
import { stated } from '../audit/changes'
import type { Actor } from '../actor'
import { requireStillValid } from '../auth/still-valid'
import { KEPT_DAYS } from '../events/outdated'
import { conflict, notFound } from '../errors'
import { changing } from '../idempotency/changing'
import { wakeAfterCommit } from '../outbox/wake'
import { deliverySelect, lockEndpoint, showDelivery, type EndpointRow } from './endpoint-view'

const DAY_MS = 86_400_000
/** Ten thousand deliveries are written in less, in milliseconds. */
const PATIENCE_MS = 15_000

/** As if it had never been tried. */
const ANEW = { claimedAt: null, attempts: 0, deliveredAt: null, error: null }

/**
 * Sends one event again, under the same id: a receiver that has it already can tell.
 * @throws Refusal `not_found`, `conflict` (the endpoint is disabled, or it is being sent)
 */
export async function retryWebhookDelivery(
  actor: Actor,
  { id, deliveryId }: { id: string; deliveryId: string },
): Promise<WebhookDelivery> {
  const { clubId } = actor
  return changing(actor, async (tx) => {
    requireEnabled(await lockEndpoint(tx, actor, 'update', id))
    await requireStillValid(tx, actor)
    const where = { id: deliveryId, clubId, endpointId: id }
    if ((await tx.webhookDelivery.count({ where })) === 0) throw notFound()
    const again = await tx.webhookDelivery.updateMany({
      where: { ...where, claimedAt: null },
      data: { ...ANEW, nextAt: new Date() },
    })
    if (again.count === 0) throw conflict('It is being sent right now.')
    wakeAfterCommit(tx)
    const changes = stated({ deliveryId })
    await appendAudit(tx, actor, { action: 'webhook.retry', targetId: id, changes })
    return showDelivery(await tx.webhookDelivery.findFirstOrThrow({ where, select: deliverySelect }))
  })
}

/**
 * Sends all events since a time again that the endpoint wants now, also those from before it was added or while
 * it was off.
 * @throws Refusal `not_found`, `conflict` (the endpoint is disabled, or there are too many)
 */
export async function replayWebhook(
  actor: Actor,
  { id, since }: { id: string } & ReplayWebhookBody,
): Promise<{ id: string; deliveries: number }> {
  const { clubId } = actor
  const from = new Date(Math.max(since.getTime(), Date.now() - KEPT_DAYS * DAY_MS))
  return changing(
    actor,
    async (tx) => {
      const { types } = requireEnabled(await lockEndpoint(tx, actor, 'update', id))
      await requireStillValid(tx, actor)
      const where = { clubId, createdAt: { gte: from }, type: { in: types }, tellAt: null }
      if ((await tx.event.count({ where, take: MAX_REPLAYED + 1, orderBy: IN_ANY_ORDER })) > MAX_REPLAYED)
        throw conflict(`Since then there were more than ${MAX_REPLAYED} events: replay from a later time.`)
      const deliveries = await tx.$executeRaw`
        INSERT INTO "WebhookDelivery" AS d ("id", "clubId", "endpointId", "eventId", "sequence", "subjectId")
        SELECT gen_random_uuid(), e."clubId", ${id}::uuid, e."id", e."sequence", e."subjectId" FROM "Event" e
        WHERE e."clubId" = ${clubId} AND e."createdAt" >= ${from} AND e."type" = ANY (${types}::text[]) AND e."tellAt" IS NULL
        ORDER BY e."sequence"
        ON CONFLICT ("endpointId", "eventId") DO UPDATE
          SET "nextAt" = now(), "attempts" = 0, "deliveredAt" = NULL, "error" = NULL WHERE d."claimedAt" IS NULL`
      wakeAfterCommit(tx)
      const changes = stated({ since: from, deliveries })
      await appendAudit(tx, actor, { action: 'webhook.replay', targetId: id, changes })
      return { id, deliveries }
    },
    { timeout: PATIENCE_MS },
  )
}

function requireEnabled(row: EndpointRow): EndpointRow {
  if (row.disabledAt) throw conflict('This webhook is disabled: enable it first.')
  return row
}
