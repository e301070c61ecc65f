'use client'

import { useRouter } from 'next/navigation'
import { textOf } from '../form-text'
import { errorOf } from '../outcome'
import { useSubmit } from '../session/use-submit'
import { KnownEmail, TextField } from '../ui/field'
import { PageForm } from '../ui/page-form'
import { useToast } from '../ui/toast'
import type { AccountActions, Identity } from './actions'
import { AccountSection } from './section'
import { chosenToUnlink, UnlinkChoices } from './unlink-choices'

type Props = { email: string; identities: readonly Identity[]; replace: AccountActions['replacePassword'] }

export function PasswordSection({ email, identities, replace }: Props) {
  const toast = useToast()
  const router = useRouter()
  const done = () => {
    toast('Your password is changed. Your other sign-ins have ended.')
    router.refresh()
  }
  const send = (given: FormData, _: string, again: boolean) =>
    replace({
      current: textOf(given, 'current'),
      next: textOf(given, 'next'),
      unlink: chosenToUnlink(given),
      again,
    })
  const submission = useSubmit(send, done)
  const { refused } = submission
  return (
    <AccountSection title="Password">
      <PageForm
        {...submission}
        fields={['current', 'next']}
        version={String(submission.done)}
        look="secondary"
        submit="Change password"
        pendingText="Changing…"
        className="max-w-sm"
      >
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
      </PageForm>
    </AccountSection>
  )
}
