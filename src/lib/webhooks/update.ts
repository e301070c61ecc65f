import type { UpdateWebhookBody, Webhook } from '@/contracts/webhook'
import { appendAudit } from '../audit/append'
import { difference } from '../audit/changes'
import type { Actor } from '../actor'
import { requireFresh } from '../auth/fresh'
import { requireStillValid } from '../auth/still-valid'
import { db } from '../db/client'
import { uncounted } from '../limits/changes'
import { endpointSelect, lockEndpoint, showWebhook, type EndpointRow } from './endpoint-view'
import { dropWaiting } from './settle'
import { withoutAddress } from './without-address'

/**
 * Changes an endpoint, disables or enables it. Whoever is signed in may disable one; all else needs a recent
 * sign-in, since events would go elsewhere.
 * @throws Refusal `not_found`, `reauthentication_required`
 */
export async function updateWebhook(
  actor: Actor,
  { id, disabled, ...change }: { id: string } & UpdateWebhookBody,
  countMaking = uncounted,
): Promise<Webhook> {
  const stopsOnly = disabled === true && Object.values(change).every((value) => value === undefined)
  if (!stopsOnly) requireFresh(actor)
  const row = await db().$transaction(async (tx) => {
    const before = await lockEndpoint(tx, actor, 'update', id)
    await requireStillValid(tx, actor)
    if (!stopsOnly) await countMaking()
    const { url, types, description } = change
    const after = await tx.webhookEndpoint.update({
      where: { clubId_id: { clubId: actor.clubId, id } },
      data: {
        ...(url !== undefined && { url, host: new URL(url).host }),
        ...(types !== undefined && { types }),
        ...(description !== undefined && { description }),
        ...(disabled !== undefined && switched(before, disabled)),
      },
      select: endpointSelect,
    })
    if (after.disabledAt && !before.disabledAt) await dropWaiting(tx, { id, clubId: actor.clubId })
    const changes = withoutAddress(difference(settings(before), settings(after)))
    if (Object.keys(changes).length > 0)
      await appendAudit(tx, actor, { action: 'webhook.update', targetId: id, changes })
    return after
  })
  return showWebhook(row)
}

/** One that was given up begins anew. */
function switched({ disabledAt, disabledReason }: EndpointRow, disabled: boolean) {
  if (!disabled) return { disabledAt: null, disabledReason: null, ...(disabledAt && { failingSince: null }) }
  return { disabledAt: disabledAt ?? new Date(), disabledReason: disabledReason ?? 'by-hand' }
}

const settings = ({ url, types, description, disabledAt }: EndpointRow) => ({
  ...{ url, types, description },
  disabled: disabledAt !== null,
})
