import { MAX_ENDPOINTS } from '@/contracts/bounds'
import type { CreateWebhookBody, WebhookWithSecret } from '@/contracts/webhook'
import { appendAudit } from '../audit/append'
import { stated } from '../audit/changes'
import type { Actor } from '../actor'
import { requireFresh } from '../auth/fresh'
import { requireStillValid } from '../auth/still-valid'
import { newId } from '../db/new-id'
import { conflict, forbidden } from '../errors'
import { changing } from '../idempotency/changing'
import { lockPolicy } from '../policy-row'
import { endpointSelect, showWebhook } from './endpoint-view'
import { newSigningSecret, sealSecret } from './secret'
import { withoutAddress } from './without-address'

/**
 * Adds an endpoint. Where its address leads is checked when something is sent there.
 * @throws Refusal `forbidden` (no admin), `reauthentication_required`, `conflict` (the club has as many as it can)
 */
export async function createWebhook(
  actor: Actor,
  { url, types, description = null }: CreateWebhookBody,
): Promise<WebhookWithSecret> {
  if (!actor.ability.can('create', 'WebhookEndpoint'))
    throw forbidden('Only an admin of the club adds webhooks.')
  requireFresh(actor)
  const { clubId } = actor
  return changing(actor, async (tx) => {
    await lockPolicy(tx, clubId, 'FOR NO KEY UPDATE')
    await requireStillValid(tx, actor)
    if ((await tx.webhookEndpoint.count({ where: { clubId } })) >= MAX_ENDPOINTS)
      throw conflict(`The club has ${MAX_ENDPOINTS} webhooks already, the most that it can have.`)
    const [id, secret] = [newId(), newSigningSecret()]
    const data = {
      id,
      clubId,
      url,
      host: new URL(url).host,
      types,
      description,
      secret: sealSecret(id, secret),
    }
    const row = await tx.webhookEndpoint.create({ data, select: endpointSelect })
    const changes = withoutAddress(stated({ url, types, description }))
    await appendAudit(tx, actor, { action: 'webhook.create', targetId: id, changes })
    return { ...showWebhook(row), secret }
  })
}
