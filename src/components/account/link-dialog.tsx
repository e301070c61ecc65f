'use client'

import { useState } from 'react'
import { apart } from '@/contracts/unseen'
import { goToProvider } from '../auth/sign-in-calls'
import { textOf } from '../form-text'
import { errorOf, type Refused } from '../outcome'
import { useSubmit } from '../session/use-submit'
import { Dialog } from '../ui/dialog'
import { DialogForm } from '../ui/dialog-form'
import { ConfirmPasswordField } from '../ui/field'
import type { AccountActions } from './actions'

type Props = {
  email: string
  provider: { id: string; name: string }
  begin: AccountActions['beginLinking']
  onClose: () => void
}

/** Asks for the password, however recent the sign-in: from then on the linked identity can sign in. */
export function LinkDialog({ email, provider, begin, onClose }: Props) {
  const name = apart(provider.name)
  const [gone, setGone] = useState<'going' | 'failed' | null>(null)
  const go = async ({ intent }: { intent: string }) => {
    setGone('going')
    await goToProvider(provider.id, { callbackUrl: '/account', intent }).catch(() => setGone('failed'))
  }
  const { pending, refused, onSubmit, again } = useSubmit(
    (form) => begin({ provider: provider.id, password: textOf(form, 'password') }),
    (leave) => void go(leave),
  )
  const failed = gone === 'failed' ? notReached(name) : refused
  return (
    <Dialog
      onClose={onClose}
      title={`Link ${name}`}
      description={`You go to ${name} and sign in there. From then on that account gets you in here, too.`}
    >
      <DialogForm
        onSubmit={onSubmit}
        pending={pending || gone === 'going'}
        refused={failed}
        again={again}
        fields={['password']}
        submit="Continue"
        pendingText={`Going to ${name}…`}
      >
        <ConfirmPasswordField
          email={email}
          hint="The one you have here, to confirm it’s you."
          error={errorOf(refused, 'password')}
        />
      </DialogForm>
    </Dialog>
  )
}

const notReached = (name: string): Refused => ({
  ok: false,
  code: 'unavailable',
  message: `${name} could not be reached. Try again.`,
  errors: [],
})
