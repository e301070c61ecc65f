'use client'

import { useState, type SubmitEvent } from 'react'
import type { Outcome, Refused } from '../outcome'
import { useSession } from './context'

/**
 * A form that sends an act: on its way, refused, or done.
 * @param send gets what the form's fields say
 */
export function useSubmit<Data>(
  send: (form: FormData) => Promise<Outcome<Data>>,
  onDone: (data: Data) => void,
) {
  const { act } = useSession()
  const [pending, setPending] = useState(false)
  const [refused, setRefused] = useState<Refused | null>(null)
  const run = async (form: FormData) => {
    setPending(true)
    const outcome = await act(() => send(form))
    setPending(false)
    setRefused(outcome.ok ? null : outcome)
    if (outcome.ok) onDone(outcome.data)
  }
  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (!pending) void run(new FormData(event.currentTarget))
  }
  return { pending, refused, onSubmit }
}
