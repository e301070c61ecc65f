'use client'

import { useState, type SubmitEvent } from 'react'
import type { Identity } from '../account/actions'
import { chosenToUnlink, UnlinkChoices } from '../account/unlink-choices'
import { textOf } from '../form-text'
import { errorOf, refusedBy, type Outcome, type Refused } from '../outcome'
import { SubmitButton } from '../ui/button'
import { KnownEmail, TextField } from '../ui/field'
import { Notice } from '../ui/notice'
import { signInByPassword } from './sign-in-calls'

export type PasswordOwner = { email: string; identities: readonly Identity[] }
type Choice = { token: string; password: string; keep: string[] }
export type SetPasswordActions = {
  peek: (token: string) => Promise<Outcome<PasswordOwner | null>>
  choose: (input: Choice) => Promise<Outcome<{ email: string } | null>>
}

type Props = { token: string; owner: PasswordOwner; choose: SetPasswordActions['choose']; onBad: () => void }

export function PasswordForm({ token, owner: { email, identities }, choose, onBad }: Props) {
  const [pending, setPending] = useState(false)
  const [refused, setRefused] = useState<Refused | null>(null)
  const submit = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const [password, going] = [textOf(form, 'password'), chosenToUnlink(form)]
    const keep = identities.map(({ id }) => id).filter((id) => !going.includes(id))
    setPending(true)
    const outcome = await choose({ token, password, keep }).catch(orRefused)
    if (outcome.ok && outcome.data) {
      await signInByPassword(outcome.data.email, password)
      return location.assign('/clubs')
    }
    setPending(false)
    if (outcome.ok) onBad()
    else setRefused(outcome)
  }
  const error = errorOf(refused, 'password')
  return (
    <form method="post" onSubmit={(event) => void submit(event)} className="grid gap-4">
      {refused && !error && <Notice tone="bad">{refused.message}</Notice>}
      <KnownEmail email={email} />
      <TextField
        label="New password"
        name="password"
        type="password"
        autoComplete="new-password"
        required
        autoFocus
        maxLength={256}
        hint="At least 12 characters. A few words that belong to nobody else work well."
        error={error}
      />
      <UnlinkChoices
        identities={identities}
        legend="What else gets into your account"
        hint="Keep what you know and use. Whatever stays linked signs in as you, whatever your password is."
        chosen
      />
      <p className="text-sm text-quiet">
        Every browser that is signed in as you has to sign in again. API keys go on working: end those that
        you do not know on your club’s page of keys.
      </p>
      <SubmitButton pending={pending} pendingText="Saving…" className="w-full sm:h-10">
        Save and sign in
      </SubmitButton>
    </form>
  )
}

export const orRefused = (error: unknown) => refusedBy(error, UNREACHABLE)

const UNREACHABLE: Refused = {
  ok: false,
  code: 'unavailable',
  message: 'The server could not be reached. Try again.',
  errors: [],
}
