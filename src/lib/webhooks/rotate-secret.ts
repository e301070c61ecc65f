import type { RotateWebhookSecretBody, WebhookWithSecret } from '@/contracts/webhook'
import { appendAudit } from '../audit/append'
import { stated } from '../audit/changes'
import type { Actor } from '../actor'
import { requireFresh } from '../auth/fresh'
import { requireStillValid } from '../auth/still-valid'
import { changing } from '../idempotency/changing'
import { endpointSelect, lockEndpoint, showWebhook } from './endpoint-view'
import { newSigningSecret, sealSecret } from './secret'

const DAY_SECONDS = 86_400

/**
 * Makes a new secret for an endpoint. For the grace the old one signs as well, so that a receiver can take the
 * new one over; with a grace of 0 it ends now.
 * @throws Refusal `not_found`, `reauthentication_required`
 */
export async function rotateWebhookSecret(
  actor: Actor,
  { id, graceSeconds = DAY_SECONDS }: { id: string } & Partial<RotateWebhookSecretBody>,
): Promise<WebhookWithSecret> {
  requireFresh(actor)
  return changing(actor, async (tx) => {
    await lockEndpoint(tx, actor, 'update', id)
    await requireStillValid(tx, actor)
    const where = { clubId_id: { clubId: actor.clubId, id } }
    const { secret: before } = await tx.webhookEndpoint.findUniqueOrThrow({ where, select: { secret: true } })
    const [secret, now] = [newSigningSecret(), new Date()]
    const grace = graceSeconds > 0
    const row = await tx.webhookEndpoint.update({
      where,
      data: {
        secret: sealSecret(id, secret),
        secretSince: now,
        previousSecret: grace ? before : null,
        previousUntil: grace ? new Date(now.getTime() + graceSeconds * 1000) : null,
      },
      select: endpointSelect,
    })
    const changes = stated({ graceSeconds })
    await appendAudit(tx, actor, { action: 'webhook.rotate-secret', targetId: id, changes })
    return { ...showWebhook(row), secret }
  })
}
