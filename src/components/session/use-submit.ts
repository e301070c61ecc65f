'use client'

import { useRef, useState, type SubmitEvent } from 'react'
import type { Outcome, Refused } from '../outcome'
import { useSession } from './context'

type Sent = { form: FormData; attempt: string }

/**
 * A form that sends an act: on its way, refused, or done.
 * @param send gets what the form's fields say, and the attempt to hand on to the action: under one attempt it
 *   is done once
 * @returns also `again`, which sends the same form under the same attempt: where the answer was lost, it gets
 *   that answer
 */
export function useSubmit<Data>(
  send: (form: FormData, attempt: string) => Promise<Outcome<Data>>,
  onDone: (data: Data) => void,
) {
  const { act } = useSession()
  const [pending, setPending] = useState(false)
  const [refused, setRefused] = useState<Refused | null>(null)
  const last = useRef<Sent | null>(null)
  const run = async (sent: Sent) => {
    last.current = sent
    setPending(true)
    const outcome = await act(() => send(sent.form, sent.attempt))
    setPending(false)
    setRefused(outcome.ok ? null : outcome)
    if (outcome.ok) onDone(outcome.data)
  }
  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (!pending) void run({ form: new FormData(event.currentTarget), attempt: newAttempt() })
  }
  const again = () => {
    if (!pending && last.current) void run(last.current)
  }
  return { pending, refused, onSubmit, again }
}

/** Nobody can guess it: it opens the answer. `randomUUID` is not there on a page without https. */
const newAttempt = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  )
