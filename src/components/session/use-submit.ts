'use client'

import { useRef, useState, type SubmitEvent } from 'react'
import type { Outcome, Refused } from '../outcome'
import { newAttempt } from './attempt'
import { useSession } from './context'

type Sent = { form: FormData; attempt: string; again: boolean }

/**
 * A form that sends an act: on its way, refused, or done.
 * @param send gets what the form's fields say, and the attempt to hand on to the action: under one attempt it
 *   is done once; and whether its answer is asked for again
 * @returns also `again`, which sends the same form under the same attempt: where the answer was lost, it gets
 *   that answer; `forget`, which takes the refusal away; and how often it was done
 */
export function useSubmit<Data>(
  send: (form: FormData, attempt: string, again: boolean) => Promise<Outcome<Data>>,
  onDone: (data: Data) => void,
) {
  const { act } = useSession()
  const [pending, setPending] = useState(false)
  const [refused, setRefused] = useState<Refused | null>(null)
  const [done, setDone] = useState(0)
  const last = useRef<Sent | null>(null)
  const run = async (sent: Sent) => {
    last.current = sent
    setPending(true)
    const outcome = await act((attempt) => send(sent.form, attempt, sent.again), sent.attempt)
    setPending(false)
    setRefused(outcome.ok ? null : outcome)
    if (!outcome.ok) return
    setDone((before) => before + 1)
    onDone(outcome.data)
  }
  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (!pending) void run({ form: new FormData(event.currentTarget), attempt: newAttempt(), again: false })
  }
  const again = () => {
    if (!pending && last.current) void run({ ...last.current, again: true })
  }
  const forget = () => setRefused(null)
  return { pending, refused, done, onSubmit, again, forget }
}
