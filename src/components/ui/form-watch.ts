'use client'

import { useEffect, useRef, useState, type RefObject, type SubmitEvent } from 'react'
import type { Refused } from '../outcome'

type Form = RefObject<HTMLFormElement | null>

/**
 * Whether a form says something else than when it opened, or was last saved. A password is no work to lose.
 * @returns also `settle`: what it says now is saved
 */
export function useTyped(form: Form): { typed: boolean; settle: () => void } {
  const first = useRef('')
  const [typed, setTyped] = useState(false)
  useEffect(() => {
    const { current } = form
    first.current = contentOf(current)
    const compare = () => setTyped(contentOf(current) !== first.current)
    // The browser's own events: a control of ours that sets others tells it in the same way.
    for (const event of ['input', 'change']) current?.addEventListener(event, compare)
    return () => {
      for (const event of ['input', 'change']) current?.removeEventListener(event, compare)
    }
  }, [form])
  const settle = () => {
    first.current = contentOf(form.current)
    setTyped(false)
  }
  return { typed, settle }
}

function contentOf(form: HTMLFormElement | null): string {
  const controls =
    form?.querySelectorAll<HTMLInputElement>('input:not([type=password]), select, textarea') ?? []
  return JSON.stringify(
    [...controls].map(({ type, value, checked }) =>
      type === 'checkbox' || type === 'radio' ? checked : value,
    ),
  )
}

/** After each refusal, brings the first field that was refused into focus: with it, what is wrong is read. */
export function useFirstFault(form: Form, refused: Refused | null): void {
  useEffect(() => {
    const said = refused && form.current?.querySelector<HTMLElement>('[data-fault]')
    if (!said) return
    const control = form.current?.querySelector<HTMLElement>(`[aria-describedby~="${CSS.escape(said.id)}"]`)
    const target = control?.querySelector<HTMLElement>(':is(input, select, textarea):enabled') ?? control
    // Where it has the focus already, it would not be read again.
    target?.blur()
    target?.focus()
    said.scrollIntoView({ block: 'nearest' })
  }, [form, refused])
}

type Sending = {
  onSubmit: (event: SubmitEvent<HTMLFormElement>) => void
  refused: Refused | null
  /** Sends the same once more, where the answer was lost. */
  again?: (() => void) | undefined
}

/**
 * As long as nobody knows whether it was done, a form stays as it was sent, and its button asks again.
 * @returns `lost` as long as that is so
 */
export function useLostAnswer(form: Form, { onSubmit, refused, again }: Sending) {
  const askAgain = refused?.lost ? again : undefined
  useEffect(() => {
    // A field that is disabled loses the focus to nothing.
    if (refused?.lost && again) form.current?.querySelector<HTMLElement>('button[type=submit]')?.focus()
    // `again` is made anew with each render.
  }, [form, refused])
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    if (!askAgain) return onSubmit(event)
    event.preventDefault()
    askAgain()
  }
  return { lost: askAgain !== undefined, submit }
}
