'use client'

import { useState, type SubmitEvent } from 'react'
import { signInByPassword } from '../auth/sign-in-calls'
import { messageForSignIn } from '../auth/sign-in-messages'
import { Button, buttonClass, SubmitButton } from '../ui/button'
import { Dialog, DialogActions } from '../ui/dialog'
import { ConfirmPasswordField } from '../ui/field'

type Props = { email: string; hasPassword: boolean; onClose: (given: boolean) => void }

/** Asks for the password again, without leaving the page. */
export function PasswordDialog({ email, hasPassword, onClose }: Props) {
  return (
    <Dialog
      onClose={() => onClose(false)}
      title="Confirm it’s you"
      description={`You signed in more than 15 minutes ago, and this changes who has access. ${hasPassword ? 'Your password is enough; nothing you typed is lost.' : 'Sign in again in a new tab, then come back and continue; nothing you typed is lost.'}`}
    >
      {hasPassword ? <PasswordForm email={email} onClose={onClose} /> : <SignInElsewhere onClose={onClose} />}
    </Dialog>
  )
}

function PasswordForm({ email, onClose }: Omit<Props, 'hasPassword'>) {
  const [pending, setPending] = useState(false)
  const [error, setError] = useState<string>()
  const submit = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    // React hands an event inside a dialog on to the form around the dialog's place in the tree.
    event.stopPropagation()
    const password = new FormData(event.currentTarget).get('password')
    setPending(true)
    const failure = await signInByPassword(email, password)
    setPending(false)
    if (failure === null) onClose(true)
    else setError(messageForSignIn(failure, 'That is not your password. Try again.'))
  }
  return (
    <form method="post" onSubmit={(event) => void submit(event)} className="grid gap-4">
      <ConfirmPasswordField email={email} error={error} />
      <DialogActions>
        <Button onClick={() => onClose(false)}>Cancel</Button>
        <SubmitButton pending={pending} pendingText="Checking…">
          Continue
        </SubmitButton>
      </DialogActions>
    </form>
  )
}

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
