'use client'

import type { Webhook, WebhookDelivery } from '@/contracts/webhook'
import { KeySection } from '../keys/key-section'
import { Button } from '../ui/button'
import { Notice } from '../ui/notice'
import { When } from '../when'
import type { EventWords, WebhookActions } from './actions'
import { DeliveriesTable } from './deliveries-table'
import { useWebhookCommands } from './use-webhook-commands'
import { WebhookHead } from './webhook-head'

type Props = {
  webhook: Webhook
  deliveries: readonly WebhookDelivery[]
  events: readonly EventWords[]
  actions: WebhookActions
  /** The address of the list. */
  list: string
}

export function WebhookPage({ webhook, deliveries, events, actions, list }: Props) {
  const { run, retry, dialog } = useWebhookCommands({ webhook, events, actions, list })
  return (
    <>
      <WebhookHead {...{ webhook, list, run }} />
      <StateNotice webhook={webhook} />
      <div className="grid grid-cols-1 items-start gap-x-12 gap-y-8 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <KeySection
          title="Deliveries"
          action={webhook.status !== 'disabled' && <Button onClick={() => run('replay')}>Replay…</Button>}
        >
          <DeliveriesTable
            deliveries={deliveries}
            retry={webhook.status === 'disabled' ? null : (one) => void retry(one)}
          />
        </KeySection>
        <div className="grid grid-cols-1 gap-8">
          <KeySection title="Signing secret" action={<Button onClick={() => run('rotate')}>Rotate…</Button>}>
            <Secret webhook={webhook} />
          </KeySection>
          <KeySection title="Events" action={<Button onClick={() => run('edit')}>Edit…</Button>}>
            <ul className="grid gap-1 text-sm">
              {webhook.types.map((type) => (
                <li key={type}>
                  <code className="font-mono text-[0.8125rem]">{type}</code>
                </li>
              ))}
            </ul>
          </KeySection>
        </div>
      </div>
      {dialog}
    </>
  )
}

function StateNotice({ webhook: { status, disabledReason, failingSince } }: Pick<Props, 'webhook'>) {
  if (status === 'failing' && failingSince)
    return (
      <Notice tone="warn" urgent>
        Nothing has arrived since <When at={failingSince} />. After five days of that the webhook is disabled.
      </Notice>
    )
  if (disabledReason === 'gone')
    return (
      <Notice tone="bad">
        It answered 410, which says that it is gone for good. Nothing is sent there until you enable it.
      </Notice>
    )
  if (disabledReason === 'failing')
    return (
      <Notice tone="bad">
        Nothing arrived for five days, so nothing is sent there any more. Mend the receiver, enable the
        webhook, and replay what it missed.
      </Notice>
    )
  return null
}

function Secret({ webhook: { signingSince, graceUntil } }: Pick<Props, 'webhook'>) {
  return (
    <div className="grid gap-1 text-sm text-quiet">
      <p>
        <code className="font-mono text-[0.8125rem]">whsec_••••••••</code>
      </p>
      <p>
        Made <When at={signingSince} />.
      </p>
      {graceUntil && (
        <p>
          The one before signs as well; that ends <When at={graceUntil} />.
        </p>
      )}
    </div>
  )
}
