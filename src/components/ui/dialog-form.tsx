'use client'

import { useRouter } from 'next/navigation'
import { useRef, type ReactNode, type SubmitEvent } from 'react'
import type { Refused } from '../outcome'
import { Button, SubmitButton } from './button'
import { AlertCancel, DialogActions } from './dialog'
import { useFirstFault, useLostAnswer, useTyped } from './form-watch'
import { ON_ITS_WAY, TYPED, UNANSWERED, useAsking, useDialog } from './leaving'
import { FormRefusal } from './form-refusal'

type Props = {
  onSubmit: (event: SubmitEvent<HTMLFormElement>) => void
  pending: boolean
  refused: Refused | null
  /** Sends the same once more, where the answer was lost. */
  again?: () => void
  /** What its fields say themselves, by the path of the error; `rateLimit` is also `rateLimit.limit`. */
  fields?: readonly string[]
  /** What the button says, and while it is on its way. */
  submit: string
  pendingText: string
  look?: 'primary' | 'danger'
  cancel?: string
  children?: ReactNode
}

/**
 * The form of a dialog: its fields scroll, the refusal and the buttons stay in sight. After a refusal the
 * first field that was refused has the focus, and what is wrong with it is announced. As soon as something is
 * typed, or sent, the dialog asks before it closes.
 */
export function DialogForm({ fields = [], children, ...given }: Props) {
  const { onSubmit, pending, refused, again, ...foot } = given
  const form = useRef<HTMLFormElement>(null)
  const { typed } = useTyped(form)
  useFirstFault(form, refused)
  const { lost, submit } = useLostAnswer(form, { onSubmit, refused, again })
  useAsking(pending ? ON_ITS_WAY : lost ? UNANSWERED : typed ? TYPED : null)
  return (
    <form ref={form} method="post" onSubmit={submit} className="flex flex-col gap-5">
      {children && (
        <fieldset role="none" disabled={lost} className="grid min-w-0 grid-cols-1 gap-4">
          {children}
        </fieldset>
      )}
      <DialogActions said={<FormRefusal {...{ refused, fields, lost }} />}>
        <Buttons {...{ pending, lost }} {...foot} />
      </DialogActions>
    </form>
  )
}

type ButtonsProps = Pick<Props, 'pending' | 'submit' | 'pendingText' | 'look' | 'cancel'> & { lost: boolean }

function Buttons({ pending, lost, submit, pendingText, look = 'primary', cancel = 'Cancel' }: ButtonsProps) {
  const { leave, close, isAlert } = useDialog()
  const router = useRouter()
  const lookAtPage = () => {
    close()
    router.refresh()
  }
  return (
    <>
      {lost && !pending ? (
        <Button onClick={lookAtPage}>Look</Button>
      ) : isAlert ? (
        <AlertCancel>{cancel}</AlertCancel>
      ) : (
        <Button onClick={() => (pending ? leave(close) : close())}>{cancel}</Button>
      )}
      <SubmitButton look={look} pending={pending} pendingText={pendingText}>
        {lost ? 'Ask again' : submit}
      </SubmitButton>
    </>
  )
}
