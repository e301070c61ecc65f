'use client'

import { useState, type SubmitEvent } from 'react'
import { signInByPassword } from '../auth/sign-in-calls'
import { messageForSignIn } from '../auth/sign-in-messages'
import { errorOf, type Refused } from '../outcome'
import { Button, buttonClass } from '../ui/button'
import { Dialog, DialogActions } from '../ui/dialog'
import { DialogForm } from '../ui/dialog-form'
import { ConfirmPasswordField } from '../ui/field'

type Props = {
  email: string
  hasPassword: boolean
  /** Nobody is signed in any more; otherwise it was too long ago. */
  hasEnded: boolean
  onClose: (given: boolean) => void
}

/** Asks for the password again, without leaving the page. */
export function PasswordDialog({ email, hasPassword, hasEnded, onClose }: Props) {
  const cause = hasEnded
    ? 'You have been signed out.'
    : 'You signed in more than 15 minutes ago, and this changes who has access.'
  return (
    <Dialog
      onClose={() => onClose(false)}
      title={hasEnded ? 'Sign in again' : 'Confirm it’s you'}
      description={`${cause} ${hasPassword ? 'Your password is enough; nothing you typed is lost.' : 'Sign in again in a new tab, then come back and continue; nothing you typed is lost.'}`}
    >
      {hasPassword ? (
        <PasswordForm email={email} onGiven={() => onClose(true)} />
      ) : (
        <SignInElsewhere onClose={onClose} />
      )}
    </Dialog>
  )
}

function PasswordForm({ email, onGiven }: { email: string; onGiven: () => void }) {
  const [pending, setPending] = useState(false)
  const [refused, setRefused] = useState<Refused | null>(null)
  const submit = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    // React hands an event inside a dialog on to the form around the dialog's place in the tree.
    event.stopPropagation()
    const password = new FormData(event.currentTarget).get('password')
    setPending(true)
    const failure = await signInByPassword(email, password)
    setPending(false)
    if (failure === null) onGiven()
    else setRefused(wrong(messageForSignIn(failure, NOT_YOURS)))
  }
  return (
    <DialogForm
      onSubmit={(event) => void submit(event)}
      {...{ pending, refused }}
      fields={['password']}
      submit="Continue"
      pendingText="Checking…"
    >
      <ConfirmPasswordField email={email} error={errorOf(refused, 'password')} />
    </DialogForm>
  )
}

const NOT_YOURS = 'That is not your password. Try again.'
const wrong = (message: string): Refused => ({
  ok: false,
  code: 'validation_failed',
  message,
  errors: [{ path: 'password', message }],
})

function SignInElsewhere({ onClose }: { onClose: (given: boolean) => void }) {
  return (
    <DialogActions>
      <a href="/sign-in?again=1" target="_blank" className={buttonClass('secondary')}>
        Sign in again <span className="sr-only">(opens a new tab)</span>
      </a>
      <Button look="primary" onClick={() => onClose(true)}>
        I have signed in, continue
      </Button>
    </DialogActions>
  )
}
