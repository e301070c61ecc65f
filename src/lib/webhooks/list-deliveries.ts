import type { Page } from '@/contracts/page'
import type { ListWebhookDeliveriesQuery, WebhookDelivery } from '@/contracts/webhook'
import type { Actor } from '../actor'
import { db, type Prisma } from '../db/client'
import { IN_ANY_ORDER } from '../db/in-any-order'
import { listByTime, totalOf } from '../page'
import { deliverySelect, findEndpoint, showDelivery } from './endpoint-view'

const HAVING = {
  pending: { nextAt: { not: null } },
  delivered: { nextAt: null, deliveredAt: { not: null } },
  failed: { nextAt: null, deliveredAt: null },
} satisfies Record<WebhookDelivery['status'], Prisma.WebhookDeliveryWhereInput>

/**
 * What was sent to an endpoint, the newest first, as far back as events are kept.
 * @throws Refusal `not_found`, `validation_failed` naming `cursor`
 */
export async function listWebhookDeliveries(
  actor: Actor,
  { id, ...query }: { id: string } & ListWebhookDeliveriesQuery,
): Promise<Page<WebhookDelivery>> {
  const question = { ...query, list: 'webhook-deliveries', clubId: actor.clubId, endpointId: id }
  await findEndpoint(actor, 'read', id)
  const list = listByTime(question, query, 'createdAt', 'desc')
  // The endpoint is the caller's to see, and its deliveries with it.
  const matching = { clubId: actor.clubId, endpointId: id, ...(query.status && HAVING[query.status]) }
  const rows = await db().webhookDelivery.findMany({
    relationLoadStrategy: 'join',
    where: { AND: [matching, list.where] },
    orderBy: list.orderBy,
    take: list.take,
    select: deliverySelect,
  })
  const shown = list.page(rows, showDelivery)
  const count = (take: number) => db().webhookDelivery.count({ where: matching, take, orderBy: IN_ANY_ORDER })
  return { ...shown, ...(await totalOf(actor, query, count)) }
}
