'use client'

import type { ReactNode } from 'react'
import type { ApiKey } from '@/contracts/api-key'
import type { Refused } from '../outcome'
import { useSubmit } from '../session/use-submit'
import { Button, SubmitButton } from '../ui/button'
import { Dialog, DialogActions } from '../ui/dialog'
import { Notice } from '../ui/notice'

type Props = {
  title: string
  /** Of the key. */
  name: string
  submit: Parameters<typeof useSubmit<ApiKey>>[0]
  onSaved: (key: ApiKey) => void
  onClose: () => void
  /** Whether the field itself says why it was refused. */
  saysWhy: (refused: Refused) => boolean
  field: (refused: Refused | null) => ReactNode
}

/** One setting of a key that counts from its next request on. */
export function SettingDialog({ title, name, submit, onSaved, onClose, saysWhy, field }: Props) {
  const { pending, refused, onSubmit } = useSubmit(submit, onSaved)
  return (
    <Dialog
      onClose={onClose}
      title={title}
      description={`“${name}” keeps its token. The change counts from the next request on.`}
    >
      <form method="post" onSubmit={onSubmit} className="grid gap-4">
        {refused && !saysWhy(refused) && <Notice tone="bad">{refused.message}</Notice>}
        {field(refused)}
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
