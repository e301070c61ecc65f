'use client'

import { useRouter } from 'next/navigation'
import { useRef } from 'react'
import { textOf } from '../form-text'
import { errorOf, messageOf } from '../outcome'
import { useSubmit } from '../session/use-submit'
import { SubmitButton } from '../ui/button'
import { KnownEmail, TextField } from '../ui/field'
import { Notice } from '../ui/notice'
import { useToast } from '../ui/toast'
import type { AccountActions, Identity } from './actions'
import { AccountSection } from './section'
import { chosenToUnlink, UnlinkChoices } from './unlink-choices'

type Props = { email: string; identities: readonly Identity[]; replace: AccountActions['replacePassword'] }

export function PasswordSection({ email, identities, replace }: Props) {
  const toast = useToast()
  const router = useRouter()
  const form = useRef<HTMLFormElement>(null)
  const done = () => {
    form.current?.reset()
    toast('Your password is changed. Your other sign-ins have ended.')
    router.refresh()
  }
  const send = (given: FormData) =>
    replace({
      current: textOf(given, 'current'),
      next: textOf(given, 'next'),
      unlink: chosenToUnlink(given),
    })
  const { pending, refused, onSubmit } = useSubmit(send, done)
  const message = messageOf(refused, ['current', 'next'])
  return (
    <AccountSection title="Password">
      <form ref={form} method="post" onSubmit={onSubmit} className="grid max-w-sm gap-4">
        {message && <Notice tone="bad">{message}</Notice>}
        <KnownEmail email={email} />
        <TextField
          label="Current password"
          name="current"
          type="password"
          autoComplete="current-password"
          required
          error={errorOf(refused, 'current')}
        />
        <TextField
          label="New password"
          name="next"
          type="password"
          autoComplete="new-password"
          maxLength={256}
          required
          hint="At least 12 characters. Changing it ends your other sign-ins and voids unused password links. Your API keys go on working."
          error={errorOf(refused, 'next')}
        />
        <UnlinkChoices
          identities={identities}
          legend="What else gets in"
          hint="What stays linked signs you in as before, whatever the password is."
          chosen={false}
        />
        <SubmitButton look="secondary" pending={pending} pendingText="Changing…" className="w-fit">
          Change password
        </SubmitButton>
      </form>
    </AccountSection>
  )
}
