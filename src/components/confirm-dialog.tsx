'use client'

import type { ReactNode } from 'react'
import type { Outcome } from './outcome'
import { useSubmit } from './session/use-submit'
import { SubmitButton } from './ui/button'
import { AlertCancel, AlertDialog, DialogActions } from './ui/dialog'
import { Notice } from './ui/notice'

type Props = {
  title: string
  description: ReactNode
  /** What there is to know first. */
  children?: ReactNode
  confirm: string
  pendingText: string
  send: () => Promise<Outcome<unknown>>
  onClose: () => void
  onDone: () => void
}

/** Asks once more before something that takes away. */
export function ConfirmDialog({
  title,
  description,
  children,
  confirm,
  pendingText,
  send,
  onClose,
  onDone,
}: Props) {
  const { pending, refused, onSubmit } = useSubmit(send, onDone)
  return (
    <AlertDialog onClose={onClose} title={title} description={description}>
      <form method="post" onSubmit={onSubmit} className="grid gap-4">
        {refused && <Notice tone="bad">{refused.message}</Notice>}
        {children}
        <DialogActions>
          <AlertCancel>Cancel</AlertCancel>
          <SubmitButton look="danger" pending={pending} pendingText={pendingText}>
            {confirm}
          </SubmitButton>
        </DialogActions>
      </form>
    </AlertDialog>
  )
}
