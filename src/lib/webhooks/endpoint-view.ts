import type { Webhook, WebhookDelivery } from '@/contracts/webhook'
import type { Action } from '@/contracts/permissions'
import type { Actor } from '../actor'
import { db, type Prisma, type Transaction } from '../db/client'
import { notFound } from '../errors'
import { accessible } from '../permissions/ability'

/** The columns that show an endpoint. Its secret is never among them. */
export const endpointSelect = {
  ...{ id: true, url: true, description: true, types: true, createdAt: true, secretSince: true },
  ...{ previousUntil: true, disabledAt: true, disabledReason: true, failingSince: true },
} satisfies Prisma.WebhookEndpointSelect
export type EndpointRow = Prisma.WebhookEndpointGetPayload<{ select: typeof endpointSelect }>

export function showWebhook(row: EndpointRow): Webhook {
  const { id, url, description, types, previousUntil, disabledAt, disabledReason, failingSince } = row
  const grace = previousUntil && previousUntil.getTime() > Date.now() ? previousUntil : null
  return {
    ...{ id, url, description, types },
    status: disabledAt ? 'disabled' : failingSince ? 'failing' : 'enabled',
    disabledReason: disabledAt ? (disabledReason as Webhook['disabledReason']) : null,
    failingSince: failingSince?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    signingSince: row.secretSince.toISOString(),
    graceUntil: grace?.toISOString() ?? null,
  }
}

/** @throws Refusal `not_found`, the same for a foreign id, a missing one and one that the caller may not see */
export async function findEndpoint(
  actor: Actor,
  action: Action,
  id: string,
  tx: Transaction = db(),
): Promise<EndpointRow> {
  const where = { AND: [accessible(actor, action, 'WebhookEndpoint'), { id }] }
  const row = await tx.webhookEndpoint.findFirst({ where, select: endpointSelect })
  if (!row) throw notFound()
  return row
}

/**
 * Locks an endpoint for this transaction. A caller who may not change it locks nothing.
 * @throws Refusal `not_found`
 */
export async function lockEndpoint(
  tx: Transaction,
  actor: Actor,
  action: Action,
  id: string,
): Promise<EndpointRow> {
  await findEndpoint(actor, action, id, tx)
  await tx.$queryRaw`SELECT 1 FROM "WebhookEndpoint" WHERE "clubId" = ${actor.clubId} AND "id" = ${id}::uuid FOR NO KEY UPDATE`
  return findEndpoint(actor, action, id, tx)
}

export const deliverySelect = {
  ...{ id: true, endpointId: true, createdAt: true, attempts: true, attemptedAt: true, nextAt: true },
  ...{ claimedAt: true, deliveredAt: true, durationMs: true },
  ...{ responseStatus: true, responseBody: true, error: true },
  event: { select: { id: true, type: true, sequence: true, createdAt: true } },
} satisfies Prisma.WebhookDeliverySelect
type DeliveryRow = Prisma.WebhookDeliveryGetPayload<{ select: typeof deliverySelect }>

export function showDelivery(row: DeliveryRow): WebhookDelivery {
  const { event, attempts, nextAt, claimedAt, deliveredAt } = row
  return {
    id: row.id,
    webhookId: row.endpointId,
    event: { ...event, sequence: Number(event.sequence), createdAt: event.createdAt.toISOString() },
    createdAt: row.createdAt.toISOString(),
    status: nextAt !== null ? 'pending' : deliveredAt ? 'delivered' : 'failed',
    attempts,
    attemptedAt: row.attemptedAt?.toISOString() ?? null,
    nextAttemptAt: claimedAt ? null : (nextAt?.toISOString() ?? null),
    deliveredAt: deliveredAt?.toISOString() ?? null,
    responseStatus: row.responseStatus,
    responseBody: row.responseBody,
    error: row.error,
    durationMs: row.durationMs,
  }
}
