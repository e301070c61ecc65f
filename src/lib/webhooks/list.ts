import type { Page } from '@/contracts/page'
import type { ListWebhooksQuery, Webhook } from '@/contracts/webhook'
import type { Actor } from '../actor'
import { db } from '../db/client'
import { past, readCursor, toPage, totalOf } from '../page'
import { accessible } from '../permissions/ability'
import { endpointSelect, findEndpoint, showWebhook } from './endpoint-view'

/** The club's endpoints, the oldest first. @throws Refusal `validation_failed` naming `cursor` */
export async function listWebhooks(actor: Actor, query: ListWebhooksQuery): Promise<Page<Webhook>> {
  const question = { ...query, list: 'webhooks', clubId: actor.clubId }
  const after = readCursor(question, query.cursor)
  const matching = accessible(actor, 'read', 'WebhookEndpoint')
  const rows = await db().webhookEndpoint.findMany({
    where: { AND: [matching, after ? past('createdAt', after, 'asc') : {}] },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    take: query.limit + 1,
    select: endpointSelect,
  })
  const at = (row: (typeof rows)[number]) => ({ at: row.createdAt, id: row.id })
  const shown = toPage(question, rows, query.limit, at, showWebhook)
  const count = (take: number) => db().webhookEndpoint.count({ where: matching, take })
  return { ...shown, ...(await totalOf(actor, query, count)) }
}

/** @throws Refusal `not_found` */
export const getWebhook = async (actor: Actor, { id }: { id: string }): Promise<Webhook> =>
  showWebhook(await findEndpoint(actor, 'read', id))
