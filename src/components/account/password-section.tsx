'use client'

import { useRef } from 'react'
import { textOf } from '../form-text'
import { errorOf, messageOf, type Outcome } from '../outcome'
import { useSession } from '../session/context'
import { useSubmit } from '../session/use-submit'
import { SubmitButton } from '../ui/button'
import { KnownEmail, TextField } from '../ui/field'
import { Notice } from '../ui/notice'
import { Section } from './section'

export type PasswordAction = (input: { current: string; next: string }) => Promise<Outcome<void>>

export function PasswordSection({ email, replace }: { email: string; replace: PasswordAction }) {
  const { say } = useSession()
  const form = useRef<HTMLFormElement>(null)
  const done = () => {
    form.current?.reset()
    say('Your password is changed. Your other sign-ins have ended.')
  }
  const send = (given: FormData) =>
    replace({ current: textOf(given, 'current'), next: textOf(given, 'next') })
  const { pending, refused, onSubmit } = useSubmit(send, done)
  const message = messageOf(refused, ['current', 'next'])
  return (
    <Section title="Password">
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
          hint="At least 12 characters. Changing it ends your other sign-ins."
          error={errorOf(refused, 'next')}
        />
        <SubmitButton look="secondary" pending={pending} pendingText="Changing…" className="w-fit">
          Change password
        </SubmitButton>
      </form>
    </Section>
  )
}
