'use client'

import { useState } from 'react'
import { textOf } from '../form-text'
import { useSubmit } from '../session/use-submit'
import { Dialog } from '../ui/dialog'
import { DialogForm } from '../ui/dialog-form'
import { SelectField } from '../ui/field'
import type { WebhookActions } from './actions'
import { NewSecret } from './new-secret'

type Props = {
  id: string
  rotate: WebhookActions['rotateSecret']
  onRotated: () => void
  onClose: () => void
}

export function RotateSecretDialog({ id, rotate, onRotated, onClose }: Props) {
  const [secret, setSecret] = useState<string | null>(null)
  const submission = useSubmit(
    (form, attempt) => rotate({ id, graceSeconds: Number(textOf(form, 'grace')) }, attempt),
    (made) => {
      setSecret(made.secret)
      onRotated()
    },
  )
  return (
    <Dialog
      onClose={onClose}
      title={secret ? 'New secret' : 'Rotate the signing secret'}
      description={
        secret
          ? 'Your server verifies with this secret that a request comes from here.'
          : 'For a while both secrets sign, so that your server can take the new one over.'
      }
    >
      {secret ? (
        <NewSecret secret={secret} onDone={onClose} />
      ) : (
        <DialogForm {...submission} submit="Rotate secret" pendingText="Rotating…">
          <SelectField label="The old secret signs for" name="grace" defaultValue="86400">
            <option value="3600">1 hour more</option>
            <option value="86400">24 hours more</option>
            <option value="604800">7 days more</option>
            <option value="0">No longer: it has leaked</option>
          </SelectField>
        </DialogForm>
      )}
    </Dialog>
  )
}
