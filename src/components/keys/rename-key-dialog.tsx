'use client'

import type { ApiKey } from '@/contracts/api-key'
import { textOf } from '../form-text'
import { errorOf, type Outcome } from '../outcome'
import { useSubmit } from '../session/use-submit'
import { Dialog } from '../ui/dialog'
import { DialogForm } from '../ui/dialog-form'
import { TextField } from '../ui/field'
import type { KeyActions } from './actions'

type Props = {
  apiKey: ApiKey
  update: KeyActions['update']
  onClose: () => void
  onDone: (text: string, undo: () => Promise<Outcome<unknown>>) => void
}

export function RenameKeyDialog({ apiKey, update, onClose, onDone }: Props) {
  const submission = useSubmit(
    (form) => update({ id: apiKey.id, name: textOf(form, 'name') }),
    ({ id, name }) => onDone(`Renamed to “${name}”.`, () => update({ id, name: apiKey.name })),
  )
  return (
    <Dialog onClose={onClose} title="Rename key" description="The token stays the same.">
      <DialogForm {...submission} fields={['name']} submit="Rename" pendingText="Renaming…">
        <TextField
          label="Name"
          name="name"
          defaultValue={apiKey.name}
          maxLength={64}
          required
          autoFocus
          autoComplete="off"
          error={errorOf(submission.refused, 'name')}
        />
      </DialogForm>
    </Dialog>
  )
}
