'use client'

import { useState, type SubmitEvent } from 'react'
import { OwnEmailField, TextField } from '../ui/field'
import type { Refused } from '../outcome'
import { EntranceForm } from './entrance-form'
import { signInByPassword } from './sign-in-calls'
import { messageForSignIn } from './sign-in-messages'

const REFUSED = 'That email and password do not match. Check both and try again.'

type Props = { error: string | null; callbackUrl: string; email: string | null }

/** @param callbackUrl a path of ours, checked by the server */
export function SignInForm({ error, callbackUrl, email }: Props) {
  const [pending, setPending] = useState(false)
  const [code, setCode] = useState(error)
  const submit = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const { email, password } = Object.fromEntries(new FormData(form))
    setPending(true)
    setCode(null)
    const failure = await signInByPassword(email, password)
    // A full load: nothing that was fetched as somebody else survives it.
    if (failure === null) return location.assign(callbackUrl)
    setPending(false)
    setCode(failure)
    form.querySelector<HTMLInputElement>('[name=password]')?.select()
  }
  return (
    <EntranceForm
      onSubmit={(event) => void submit(event)}
      pending={pending}
      refused={code === null ? null : refusedFor(code)}
      submit="Sign in"
      pendingText="Signing in…"
    >
      <OwnEmailField defaultValue={email ?? undefined} />
      <TextField
        label="Password"
        name="password"
        type="password"
        autoComplete="current-password"
        maxLength={1024}
        required
      />
    </EntranceForm>
  )
}

const refusedFor = (code: string): Refused => ({
  ok: false,
  code: 'missing_credentials',
  message: messageForSignIn(code, REFUSED),
  errors: [],
})
