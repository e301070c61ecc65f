'use client'

import { useRouter } from 'next/navigation'
import { useEffect, useRef, type ReactNode, type SubmitEvent } from 'react'
import { messageOf, type Refused } from '../outcome'
import { Button, SubmitButton } from './button'
import { AlertCancel, DialogActions } from './dialog'
import { useFirstFault, useTyped } from './form-watch'
import { ON_ITS_WAY, TYPED, UNANSWERED, useAsking, useDialog } from './leaving'
import { Notice } from './notice'

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
export function DialogForm({ onSubmit, pending, refused, again, fields = [], children, ...foot }: Props) {
  const form = useRef<HTMLFormElement>(null)
  const { typed, compare } = useTyped(form)
  useFirstFault(form, refused)
  // As long as nobody knows whether it was done, the form stays as it was sent.
  const askAgain = refused?.lost ? again : undefined
  useAsking(pending ? ON_ITS_WAY : askAgain ? UNANSWERED : typed ? TYPED : null)
  useEffect(() => {
    // A field that is disabled loses the focus to nothing.
    if (refused?.lost) form.current?.querySelector<HTMLElement>('button[type=submit]')?.focus()
  }, [refused])
  const message = messageOf(refused, fields)
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    if (!askAgain) return onSubmit(event)
    event.preventDefault()
    askAgain()
  }
  return (
    <form ref={form} method="post" onSubmit={submit} onChange={compare} className="flex flex-col gap-5">
      {children && (
        <fieldset role="none" disabled={askAgain !== undefined} className="grid min-w-0 grid-cols-1 gap-4">
          {children}
        </fieldset>
      )}
      <DialogActions said={askAgain ? <Unknown /> : message && <Notice tone="bad">{message}</Notice>}>
        <Buttons pending={pending} lost={askAgain !== undefined} {...foot} />
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

function Unknown() {
  return (
    <Notice tone="warn" urgent>
      <p className="font-medium">Nobody knows whether this was done.</p>
      <p>No answer came. Ask again: you get that answer, and nothing is done twice. Or look at the page.</p>
    </Notice>
  )
}
