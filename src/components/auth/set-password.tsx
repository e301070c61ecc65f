'use client'

import Link from 'next/link'
import { signIn } from 'next-auth/react'
import { useEffect, useState, type SubmitEvent } from 'react'
import { textOf } from '../form-text'
import { errorOf, refusedBy, type Outcome, type Refused } from '../outcome'
import { buttonClass, SubmitButton } from '../ui/button'
import { KnownEmail, TextField } from '../ui/field'
import { Notice } from '../ui/notice'
import { Entrance } from './entrance'
import { takeFragment } from './fragment'

type Owner = { email: string } | null
type Props = {
  peek: (token: string) => Promise<Outcome<Owner>>
  choose: (input: { token: string; password: string }) => Promise<Outcome<Owner>>
}
type Link =
  | { state: 'looking' }
  | { state: 'bad' }
  | { state: 'failed'; message: string }
  | { state: 'good'; token: string; email: string }

/**
 * The link's secret stands in its fragment, which no server sees; here it is taken out of the address before
 * anything else.
 */
export function SetPassword({ peek, choose }: Props) {
  const [link, setLink] = useState<Link>({ state: 'looking' })
  useEffect(() => {
    const look = () => void lookAt(takeFragment(), peek).then(setLink)
    look()
    // Another link pasted into this very page: the browser loads nothing anew.
    addEventListener('hashchange', look)
    return () => removeEventListener('hashchange', look)
  }, [peek])
  if (link.state === 'good') {
    return (
      <Entrance title="Choose a password" lead={`For ${link.email}.`}>
        <PasswordForm {...link} choose={choose} onBad={() => setLink({ state: 'bad' })} />
      </Entrance>
    )
  }
  if (link.state === 'looking')
    return (
      <Entrance title="Choose a password" lead={<span role="status">Looking at your link…</span>}>
        {null}
      </Entrance>
    )
  if (link.state === 'failed')
    return (
      <Entrance title="That did not work" lead={link.message}>
        {null}
      </Entrance>
    )
  return (
    <Entrance
      title="This link is no longer good"
      lead="A link works once, within 24 hours, and a newer one replaces it. If you have used it, sign in; otherwise ask an admin of your club for a new one."
    >
      <Link href="/sign-in" className={buttonClass('secondary', 'w-fit')}>
        Go to sign in
      </Link>
    </Entrance>
  )
}

async function lookAt(token: string, peek: Props['peek']): Promise<Link> {
  const outcome = token === '' ? null : await peek(token).catch(orRefused)
  if (outcome && !outcome.ok) return { state: 'failed', message: outcome.message }
  return outcome?.data ? { state: 'good', token, email: outcome.data.email } : { state: 'bad' }
}

type FormProps = { token: string; email: string; choose: Props['choose']; onBad: () => void }

function PasswordForm({ token, email, choose, onBad }: FormProps) {
  const [pending, setPending] = useState(false)
  const [refused, setRefused] = useState<Refused | null>(null)
  const submit = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    const password = textOf(new FormData(event.currentTarget), 'password')
    setPending(true)
    const outcome = await choose({ token, password }).catch(orRefused)
    if (outcome.ok && outcome.data) {
      await signIn('password', { email: outcome.data.email, password, redirect: false }).catch(
        () => undefined,
      )
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
      <SubmitButton pending={pending} pendingText="Saving…" className="w-full sm:h-10">
        Save and sign in
      </SubmitButton>
    </form>
  )
}

const orRefused = (error: unknown) => refusedBy(error, UNREACHABLE)

const UNREACHABLE: Refused = {
  ok: false,
  code: 'unavailable',
  message: 'The server could not be reached. Try again.',
  errors: [],
}
