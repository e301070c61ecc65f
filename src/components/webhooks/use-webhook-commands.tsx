'use client'

import { useRouter } from 'next/navigation'
import { useState, type ReactNode } from 'react'
import type { Webhook, WebhookDelivery } from '@/contracts/webhook'
import { ConfirmDialog } from '../confirm-dialog'
import type { Outcome } from '../outcome'
import { useSession } from '../session/context'
import { useToast } from '../ui/toast'
import type { EventWords, WebhookActions } from './actions'
import { ReplayDialog } from './replay-dialog'
import { RotateSecretDialog } from './rotate-secret-dialog'
import { EditWebhookDialog } from './webhook-dialog'

export type WebhookCommand = 'edit' | 'test' | 'enable' | 'disable' | 'rotate' | 'replay' | 'delete'
type Asked = Exclude<WebhookCommand, 'test' | 'enable' | 'disable'>

/** When the page looks whether the receiver has answered, in milliseconds: most have at once, the last in 15 s. */
const LOOKS_MS = [1_500, 4_000, 8_000, 17_000] as const

type Given = {
  webhook: Webhook
  events: readonly EventWords[]
  actions: WebhookActions
  list: string
}

/** Runs commands on one webhook, with the dialog of the one that asks first. */
export function useWebhookCommands({ webhook, events, actions, list }: Given) {
  const [asked, setAsked] = useState<Asked | null>(null)
  const { act } = useSession()
  const toast = useToast()
  const router = useRouter()
  const { id } = webhook
  const close = () => setAsked(null)
  const done = (text: string) => {
    close()
    toast(text)
    router.refresh()
  }
  const now = async (what: (attempt: string) => Promise<Outcome<unknown>>, text: string) => {
    const outcome = await act(what)
    if (!outcome.ok) return toast(outcome.message, { refused: true })
    done(text)
    for (const ms of LOOKS_MS) setTimeout(() => router.refresh(), ms)
  }
  const run = (command: WebhookCommand) => {
    if (command === 'test')
      void now((attempt) => actions.test({ id }, attempt), 'A test event is on its way.')
    else if (command === 'enable')
      void now((attempt) => actions.update({ id, disabled: false }, attempt), 'The webhook is enabled.')
    else if (command === 'disable')
      void now((attempt) => actions.update({ id, disabled: true }, attempt), 'The webhook is disabled.')
    else setAsked(command)
  }
  const retry = (one: WebhookDelivery) =>
    now((attempt) => actions.retry({ id, deliveryId: one.id }, attempt), 'The event is on its way again.')
  const dialogs: Record<Asked, () => ReactNode> = {
    edit: () => <EditWebhookDialog {...{ webhook, events, actions }} onClose={close} onDone={done} />,
    rotate: () => (
      <RotateSecretDialog
        id={id}
        rotate={actions.rotateSecret}
        onRotated={() => router.refresh()}
        onClose={close}
      />
    ),
    replay: () => <ReplayDialog id={id} replay={actions.replay} onClose={close} onDone={done} />,
    delete: () => (
      <ConfirmDialog
        title="Delete this webhook?"
        description="Nothing is sent there any more, and the record of its deliveries is gone."
        confirm="Delete webhook"
        pendingText="Deleting…"
        send={(attempt) => actions.remove({ id }, attempt)}
        onClose={close}
        onDone={() => {
          toast('The webhook is deleted.')
          router.replace(list)
        }}
      />
    ),
  }
  return { run, retry, dialog: asked && dialogs[asked]() }
}
