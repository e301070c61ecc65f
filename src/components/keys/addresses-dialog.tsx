'use client'

import type { ApiKey } from '@/contracts/api-key'
import { useSubmit } from '../session/use-submit'
import { Button, SubmitButton } from '../ui/button'
import { Dialog, DialogActions } from '../ui/dialog'
import { Notice } from '../ui/notice'
import type { KeyActions } from './actions'
import { AddressesField, readAddresses, refuses } from './addresses-field'

type Props = { apiKey: ApiKey; update: KeyActions['update']; onClose: () => void; onDone: (text: string) => void }

export function AddressesDialog({ apiKey: { id, name, allowedCidrs }, update, onClose, onDone }: Props) {
  const { pending, refused, onSubmit } = useSubmit(
    (form) => update({ id, allowedCidrs: readAddresses(form) }),
    (key) => onDone(key.allowedCidrs ? `“${name}” works from these addresses only.` : `“${name}” works from anywhere.`),
  )
  return (
    <Dialog
      onClose={onClose}
      title="Where it may be used from"
      description={`“${name}” keeps its token. The change counts from the next request on.`}
    >
      <form method="post" onSubmit={onSubmit} className="grid gap-4">
        {refused && !refuses(refused) && <Notice tone="bad">{refused.message}</Notice>}
        <AddressesField value={allowedCidrs} refused={refused} autoFocus />
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <SubmitButton pending={pending} pendingText="Saving…">
            Save
          </SubmitButton>
        </DialogActions>
      </form>
    </Dialog>
  )
}
