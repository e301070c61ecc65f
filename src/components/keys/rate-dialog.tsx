'use client'

import type { ApiKey } from '@/contracts/api-key'
import { RateField, rateText, readRate, refusesRate } from '../rate-field'
import { useSubmit } from '../session/use-submit'
import { Button, SubmitButton } from '../ui/button'
import { Dialog, DialogActions } from '../ui/dialog'
import { Notice } from '../ui/notice'
import type { KeyActions } from './actions'
import { KEY_RATE } from './key-rate'

type Props = { apiKey: ApiKey; update: KeyActions['update']; onClose: () => void; onDone: (text: string) => void }

export function RateDialog({ apiKey: { id, name, rateLimit }, update, onClose, onDone }: Props) {
  const { pending, refused, onSubmit } = useSubmit(
    (form) => update({ id, rateLimit: readRate(form, KEY_RATE.name) }),
    (key) => onDone(`“${name}”: ${key.rateLimit ? rateText(key.rateLimit) : 'as many calls as the club’s default'}.`),
  )
  return (
    <Dialog
      onClose={onClose}
      title="How many calls it may make"
      description={`“${name}” keeps its token. The change counts from the next request on.`}
    >
      <form method="post" onSubmit={onSubmit} className="grid gap-4">
        {refused && !refusesRate(refused, KEY_RATE.name) && <Notice tone="bad">{refused.message}</Notice>}
        <RateField {...KEY_RATE} value={rateLimit} refused={refused} autoFocus />
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
