'use client'

import type { ApiKey } from '@/contracts/api-key'
import { textOf } from '../form-text'
import { errorOf, messageOf } from '../outcome'
import { useSubmit } from '../session/use-submit'
import { Button, SubmitButton } from '../ui/button'
import { Dialog, DialogActions } from '../ui/dialog'
import { TextField } from '../ui/field'
import { Notice } from '../ui/notice'
import type { KeyActions } from './actions'

type Props = {
  apiKey: ApiKey
  update: KeyActions['update']
  onClose: () => void
  onDone: (text: string) => void
}

export function RenameKeyDialog({ apiKey, update, onClose, onDone }: Props) {
  const { pending, refused, onSubmit } = useSubmit(
    (form) => update({ id: apiKey.id, name: textOf(form, 'name') }),
    ({ name }) => onDone(`Renamed to “${name}”.`),
  )
  const message = messageOf(refused, ['name'])
  return (
    <Dialog onClose={onClose} title="Rename key" description="The token stays the same.">
      <form method="post" onSubmit={onSubmit} className="grid gap-4">
        {message && <Notice tone="bad">{message}</Notice>}
        <TextField
          label="Name"
          name="name"
          defaultValue={apiKey.name}
          maxLength={64}
          required
          autoFocus
          autoComplete="off"
          error={errorOf(refused, 'name')}
        />
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <SubmitButton pending={pending} pendingText="Renaming…">
            Rename
          </SubmitButton>
        </DialogActions>
      </form>
    </Dialog>
  )
}
