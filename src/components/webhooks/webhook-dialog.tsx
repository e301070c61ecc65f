'use client'

import { useState } from 'react'
import type { Webhook, WebhookWithSecret } from '@/contracts/webhook'
import { textOf } from '../form-text'
import { errorOf, type Outcome, type Refused } from '../outcome'
import { useSubmit } from '../session/use-submit'
import { Dialog } from '../ui/dialog'
import { DialogForm } from '../ui/dialog-form'
import { TextField } from '../ui/field'
import type { EventWords, WebhookActions } from './actions'
import { NewSecret } from './new-secret'
import { TypesPicker } from './types-picker'

type Props = {
  events: readonly EventWords[]
  actions: WebhookActions
  onClose: () => void
}

/** Adds a webhook, and shows its secret this once. */
export function AddWebhookDialog({ onCreated, ...props }: Props & { onCreated: () => void }) {
  const [made, setMade] = useState<WebhookWithSecret | null>(null)
  return (
    <Dialog
      onClose={props.onClose}
      title={made ? 'Webhook added' : 'Add webhook'}
      description={
        made
          ? 'Your server verifies with this secret that a request comes from here.'
          : 'Each event is posted there as JSON, signed.'
      }
    >
      {made?.secret ? (
        <NewSecret secret={made.secret} onDone={props.onClose} />
      ) : (
        <WebhookForm
          {...props}
          submit="Add webhook"
          pendingText="Adding…"
          send={(input, attempt) => props.actions.create(input, attempt)}
          onDone={(webhook) => {
            setMade(webhook)
            onCreated()
          }}
        />
      )}
    </Dialog>
  )
}

export function EditWebhookDialog({
  webhook,
  onDone,
  ...props
}: Props & { webhook: Webhook; onDone: (text: string) => void }) {
  return (
    <Dialog
      onClose={props.onClose}
      title="Edit webhook"
      description="What waits to be sent goes to the new address, too."
    >
      <WebhookForm
        {...props}
        webhook={webhook}
        submit="Save"
        pendingText="Saving…"
        send={(input, attempt) => props.actions.update({ id: webhook.id, ...input }, attempt)}
        onDone={() => onDone('The webhook is changed.')}
      />
    </Dialog>
  )
}

type Input = { url: string; types: string[]; description: string | null }
type FormProps<Data> = Omit<Props, 'onClose' | 'actions'> & {
  webhook?: Webhook
  submit: string
  pendingText: string
  send: (input: Input, attempt: string) => Promise<Outcome<Data>>
  onDone: (data: Data) => void
}

function WebhookForm<Data>({ webhook, events, submit, pendingText, send, onDone }: FormProps<Data>) {
  const submission = useSubmit(async (form, attempt) => {
    const types = form.getAll('types') as string[]
    if (types.length === 0) return NO_TYPE
    const [url, description] = [textOf(form, 'url').trim(), textOf(form, 'description').trim()]
    return send({ url, types, description: description || null }, attempt)
  }, onDone)
  const { refused } = submission
  return (
    <DialogForm
      {...submission}
      fields={['url', 'types', 'description']}
      submit={submit}
      pendingText={pendingText}
    >
      <TextField
        label="URL"
        name="url"
        type="url"
        inputMode="url"
        placeholder="https://example.org/hooks/clubkeys"
        hint="https, at an address that anybody can reach."
        defaultValue={webhook?.url}
        maxLength={2048}
        required
        autoFocus
        autoComplete="off"
        spellCheck={false}
        error={errorOf(refused, 'url')}
      />
      <TextField
        label="Description (optional)"
        name="description"
        placeholder="Posts to the club’s chat"
        defaultValue={webhook?.description ?? ''}
        maxLength={200}
        autoComplete="off"
        error={errorOf(refused, 'description')}
      />
      <TypesPicker
        events={events}
        chosen={webhook?.types ?? events.map(({ type }) => type)}
        error={errorOf(refused, 'types')}
      />
    </DialogForm>
  )
}

const NO_TYPE: Refused = {
  ok: false,
  code: 'validation_failed',
  message: 'The input is not valid.',
  errors: [{ path: 'types', message: 'Choose at least one event.' }],
}
