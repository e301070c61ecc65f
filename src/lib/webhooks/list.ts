import type { Page } from '@/contracts/page'
import type { ListWebhooksQuery, Webhook } from '@/contracts/webhook'
import type { Actor } from '../actor'
import { db } from '../db/client'
import { IN_ANY_ORDER } from '../db/in-any-order'
import { listByTime, totalOf } from '../page'
import { accessible } from '../permissions/ability'
import { endpointSelect, findEndpoint, showWebhook } from './endpoint-view'

/** The club's endpoints, the oldest first. @throws Refusal `validation_failed` naming `cursor` */
export async function listWebhooks(actor: Actor, query: ListWebhooksQuery): Promise<Page<Webhook>> {
  const question = { ...query, list: 'webhooks', clubId: actor.clubId }
  const list = listByTime(question, query, 'createdAt', 'asc')
  const matching = accessible(actor, 'read', 'WebhookEndpoint')
  const rows = await db().webhookEndpoint.findMany({
    where: { AND: [matching, list.where] },
    orderBy: list.orderBy,
    take: list.take,
    select: endpointSelect,
  })
  const shown = list.page(rows, showWebhook)
  const count = (take: number) => db().webhookEndpoint.count({ where: matching, take, orderBy: IN_ANY_ORDER })
  return { ...shown, ...(await totalOf(actor, query, count)) }
}

/** @throws Refusal `not_found` */
export const getWebhook = async (actor: Actor, { id }: { id: string }): Promise<Webhook> =>
  showWebhook(await findEndpoint(actor, 'read', id))
