'use client'

import Link from 'next/link'
import { useState, type SubmitEvent } from 'react'
import { textOf } from '../form-text'
import { errorOf, type Outcome, type Refused } from '../outcome'
import { buttonClass } from '../ui/button'
import { OwnEmailField } from '../ui/field'
import { Entrance } from './entrance'
import { EntranceForm } from './entrance-form'
import { orRefused } from './password-form'

type Props = { request: (input: { email: string }) => Promise<Outcome<void>> }

/** Never says whether anybody has that address. */
export function ForgotPassword({ request }: Props) {
  const [sent, setSent] = useState<string | null>(null)
  if (sent !== null)
    return (
      <Entrance
        title="Look into your mail"
        lead={`If ${sent} has an account here, a link is on its way to it.`}
      >
        <p className="text-sm text-quiet">
          It works once, within 24 hours, and replaces any older one. Nothing after some minutes? Look into
          the spam folder, check the address, or ask an admin of your club whether they know you by another
          one.
        </p>
        <Link href="/sign-in" prefetch={false} className={buttonClass('secondary', 'w-fit')}>
          Go to sign in
        </Link>
      </Entrance>
    )
  return (
    <Entrance title="Forgotten password" lead="We mail you a link that sets a new one.">
      <RequestForm request={request} onSent={setSent} />
      <Link
        href="/sign-in"
        prefetch={false}
        className="w-fit rounded text-sm font-medium text-accent underline underline-offset-4"
      >
        Back to sign in
      </Link>
    </Entrance>
  )
}

function RequestForm({ request, onSent }: Props & { onSent: (email: string) => void }) {
  const [pending, setPending] = useState(false)
  const [refused, setRefused] = useState<Refused | null>(null)
  const submit = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    const email = textOf(new FormData(event.currentTarget), 'email')
    setPending(true)
    const outcome = await request({ email }).catch(orRefused)
    setPending(false)
    if (outcome.ok) onSent(email)
    else setRefused(outcome)
  }
  return (
    <EntranceForm
      onSubmit={(event) => void submit(event)}
      {...{ pending, refused }}
      fields={['email']}
      submit="Mail me a link"
      pendingText="Sending…"
    >
      <OwnEmailField error={errorOf(refused, 'email')} />
    </EntranceForm>
  )
}
