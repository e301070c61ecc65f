'use client'

import { textOf } from '../form-text'
import { useSubmit } from '../session/use-submit'
import { Dialog } from '../ui/dialog'
import { DialogForm } from '../ui/dialog-form'
import { SelectField } from '../ui/field'
import type { WebhookActions } from './actions'

type Props = {
  id: string
  replay: WebhookActions['replay']
  onClose: () => void
  onDone: (text: string) => void
}

const HOUR_MS = 3_600_000

export function ReplayDialog({ id, replay, onClose, onDone }: Props) {
  const submission = useSubmit(
    (form, attempt) => {
      const since = new Date(Date.now() - Number(textOf(form, 'hours')) * HOUR_MS).toISOString()
      return replay({ id, since }, attempt)
    },
    ({ deliveries }) =>
      onDone(
        deliveries === 0
          ? 'There was no event since then.'
          : deliveries === 1
            ? 'One event is on its way again.'
            : `${deliveries} events are on their way again.`,
      ),
  )
  return (
    <Dialog
      onClose={onClose}
      title="Replay events"
      description="Sends events again, also those that arrived: each keeps its id, by which your server can tell."
    >
      <DialogForm {...submission} submit="Replay" pendingText="Replaying…">
        <SelectField label="Events of the last" name="hours" defaultValue="1">
          <option value="1">hour</option>
          <option value="24">24 hours</option>
          <option value="168">7 days</option>
          <option value="720">30 days</option>
        </SelectField>
      </DialogForm>
    </Dialog>
  )
}
