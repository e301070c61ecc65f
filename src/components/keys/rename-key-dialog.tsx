'use client'

import type { ApiKey } from '@/contracts/api-key'
import { apart } from '@/contracts/unseen'
import { textOf } from '../form-text'
import { errorOf } from '../outcome'
import { useSubmit } from '../session/use-submit'
import { Dialog } from '../ui/dialog'
import { DialogForm } from '../ui/dialog-form'
import { TextField } from '../ui/field'
import type { KeyActions, Undo } from './actions'

type Props = {
  apiKey: ApiKey
  update: KeyActions['update']
  onClose: () => void
  onDone: (text: string, undo: Undo) => void
}

export function RenameKeyDialog({ apiKey, update, onClose, onDone }: Props) {
  const submission = useSubmit(
    (form, attempt) => update({ id: apiKey.id, name: textOf(form, 'name') }, attempt),
    ({ id, name }) =>
      onDone(`Renamed to “${apart(name)}”.`, (attempt) => update({ id, name: apiKey.name }, attempt)),
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
