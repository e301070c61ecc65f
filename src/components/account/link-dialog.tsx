'use client'

import { useState } from 'react'
import { goToProvider } from '../auth/sign-in-calls'
import { textOf } from '../form-text'
import { errorOf, messageOf } from '../outcome'
import { useSubmit } from '../session/use-submit'
import { Button, SubmitButton } from '../ui/button'
import { Dialog, DialogActions } from '../ui/dialog'
import { ConfirmPasswordField } from '../ui/field'
import { Notice } from '../ui/notice'
import type { AccountActions } from './actions'

type Props = {
  email: string
  provider: { id: string; name: string }
  begin: AccountActions['beginLinking']
  onClose: () => void
}

/** Asks for the password, however recent the sign-in: from then on the linked identity can sign in. */
export function LinkDialog({ email, provider, begin, onClose }: Props) {
  const [gone, setGone] = useState<'going' | 'failed' | null>(null)
  const go = async ({ intent }: { intent: string }) => {
    setGone('going')
    await goToProvider(provider.id, { callbackUrl: '/account', intent }).catch(() => setGone('failed'))
  }
  const { pending, refused, onSubmit } = useSubmit(
    (form) => begin({ provider: provider.id, password: textOf(form, 'password') }),
    (leave) => void go(leave),
  )
  const message =
    gone === 'failed' ? `${provider.name} could not be reached. Try again.` : messageOf(refused, ['password'])
  return (
    <Dialog
      onClose={onClose}
      title={`Link ${provider.name}`}
      description={`You go to ${provider.name} and sign in there. From then on that account gets you in here, too.`}
    >
      <form method="post" onSubmit={onSubmit} className="grid gap-4">
        {message && <Notice tone="bad">{message}</Notice>}
        <ConfirmPasswordField
          email={email}
          hint="The one you have here, to confirm it’s you."
          error={errorOf(refused, 'password')}
        />
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <SubmitButton pending={pending || gone === 'going'} pendingText={`Going to ${provider.name}…`}>
            Continue
          </SubmitButton>
        </DialogActions>
      </form>
    </Dialog>
  )
}
