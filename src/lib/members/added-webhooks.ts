import type { MemberImpact } from '@/contracts/offboarding'
import type { Actor } from '../actor'
import { db } from '../db/client'
import { accessible } from '../permissions/ability'
import { shownAddress } from '../shown-address'
import { endpointSelect, showWebhook } from '../webhooks/endpoint-view'

/** The club's webhooks that somebody added, by the audit log; those that the caller may see. */
export async function addedWebhooks(actor: Actor, userId: string): Promise<MemberImpact['webhooks']> {
  const rows = await db().webhookEndpoint.findMany({
    where: accessible(actor, 'read', 'WebhookEndpoint'),
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    select: endpointSelect,
  })
  if (rows.length === 0) return []
  const theirs = await db().auditEvent.findMany({
    where: {
      clubId: actor.clubId,
      targetId: { in: rows.map(({ id }) => id) },
      action: 'webhook.create',
      actorUserId: userId,
    },
    select: { targetId: true },
  })
  const added = new Set(theirs.map(({ targetId }) => targetId))
  return rows
    .filter(({ id }) => added.has(id))
    .map(showWebhook)
    .map(({ id, url, status }) => ({ id, url: shownAddress(url), status }))
}
