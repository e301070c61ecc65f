'use client'

import { useEffect, useRef, useState, type RefObject } from 'react'
import type { Refused } from '../outcome'

type Form = RefObject<HTMLFormElement | null>

/** Whether a form says something else than when it opened. A password is no work to lose. */
export function useTyped(form: Form): { typed: boolean; compare: () => void } {
  const first = useRef('')
  const [typed, setTyped] = useState(false)
  useEffect(() => {
    first.current = contentOf(form.current)
  }, [form])
  return { typed, compare: () => setTyped(contentOf(form.current) !== first.current) }
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
