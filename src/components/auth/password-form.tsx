'use client'

import { useState, type SubmitEvent } from 'react'
import type { Identity } from '../account/actions'
import { chosenToUnlink, UnlinkChoices } from '../account/unlink-choices'
import { textOf } from '../form-text'
import { errorOf, refusedBy, type Outcome, type Refused } from '../outcome'
import { KnownEmail, TextField } from '../ui/field'
import { EntranceForm } from './entrance-form'
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
  return (
    <EntranceForm
      onSubmit={(event) => void submit(event)}
      {...{ pending, refused }}
      fields={['password']}
      submit="Save and sign in"
      pendingText="Saving…"
    >
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
        error={errorOf(refused, 'password')}
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
    </EntranceForm>
  )
}

export const orRefused = (error: unknown) => refusedBy(error, UNREACHABLE)

const UNREACHABLE: Refused = {
  ok: false,
  code: 'unavailable',
  message: 'The server could not be reached. Try again.',
  errors: [],
}
