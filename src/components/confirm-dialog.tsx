'use client'

import type { ReactNode } from 'react'
import { apart, shown } from '@/contracts/unseen'
import { textOf } from './form-text'
import { errorOf, type Outcome, type Refused } from './outcome'
import { useSubmit } from './session/use-submit'
import { AlertDialog } from './ui/dialog'
import { DialogForm } from './ui/dialog-form'
import { TextField } from './ui/field'

type Props = {
  title: string
  description: ReactNode
  /** What there is to know first. */
  children?: ReactNode
  /** What has to be typed first. */
  typed?: string
  confirm: string
  pendingText: string
  send: (attempt: string) => Promise<Outcome<unknown>>
  onClose: () => void
  onDone: () => void
}

/** Asks once more before something that takes away. */
export function ConfirmDialog({
  title,
  description,
  children,
  typed,
  confirm,
  pendingText,
  send,
  onClose,
  onDone,
}: Props) {
  const submission = useSubmit<unknown>(
    async (form, attempt) =>
      typed === undefined || isSame(textOf(form, 'typed'), typed) ? send(attempt) : NOT_THE_NAME,
    onDone,
  )
  return (
    <AlertDialog onClose={onClose} title={title} description={description}>
      <DialogForm {...submission} fields={['typed']} look="danger" submit={confirm} pendingText={pendingText}>
        {children}
        {typed !== undefined && (
          <TextField
            label={`Type “${apart(typed)}” to confirm`}
            name="typed"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            error={errorOf(submission.refused, 'typed')}
          />
        )}
      </DialogForm>
    </AlertDialog>
  )
}

/** However its letters are composed, whatever blanks a paste brought with it, and as the page shows it. */
const isSame = (typed: string, name: string) => [name, shown(name)].some((one) => plain(typed) === plain(one))
const plain = (text: string) => text.normalize('NFC').trim().replace(/\s+/g, ' ')

const NOT_THE_NAME: Refused = {
  ok: false,
  code: 'validation_failed',
  message: 'The input is not valid.',
  errors: [{ path: 'typed', message: 'This is not the name.' }],
}
