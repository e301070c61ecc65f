'use client'

import { useRouter } from 'next/navigation'
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode, type SubmitEvent } from 'react'
import type { Refused } from '../outcome'
import { Button, SubmitButton } from './button'
import { useFirstFault, useLostAnswer, useTyped } from './form-watch'
import { ON_ITS_WAY, TYPED, UNANSWERED } from './leaving'
import { PageGuard } from './page-guard'
import { FormRefusal } from './form-refusal'

type Props = {
  onSubmit: (event: SubmitEvent<HTMLFormElement>) => void
  pending: boolean
  refused: Refused | null
  /** How often it was done. */
  done: number
  /** Sends the same once more, where the answer was lost; and stops asking. */
  again: () => void
  forget: () => void
  /** What its fields say themselves, by the path of the error; `rateLimit` is also `rateLimit.limit`. */
  fields: readonly string[]
  /** What its fields begin with. With another one they begin anew, as soon as nothing typed would be lost. */
  version?: string
  /** What the button says, and while it is on its way. */
  submit: string
  pendingText: string
  look?: 'primary' | 'secondary'
  className?: string
  children: ReactNode
}

/**
 * A form that is part of a page, in the manner of those in dialogs: the refusal stands by the button, the
 * first field that was refused has the focus, a lost answer can be asked for again, and whoever leaves what
 * they typed is asked first.
 */
export function PageForm({ fields, version = '', className = '', children, ...given }: Props) {
  const { onSubmit, pending, refused, done, again, forget, ...foot } = given
  const form = useRef<HTMLFormElement>(null)
  const { typed, settle } = useTyped(form)
  useFirstFault(form, refused)
  const { lost, submit } = useLostAnswer(form, { onSubmit, refused, again })
  useEffect(() => {
    if (done > 0) settle()
    // What is typed from then on counts, whatever else renders.
  }, [done])
  const [shown, onFocus] = useVersion(form, { version, waits: typed, settle })
  const asks = pending ? ON_ITS_WAY : lost ? UNANSWERED : typed ? TYPED : null
  return (
    <form ref={form} method="post" onSubmit={submit} onFocus={onFocus} className={`grid gap-5 ${className}`}>
      <fieldset key={shown} role="none" disabled={lost} className="grid min-w-0 grid-cols-1 gap-5">
        {children}
      </fieldset>
      <FormRefusal {...{ refused, fields, lost }} />
      <Buttons {...{ pending, forget }} lost={lost && !pending} {...foot} />
      {asks && <PageGuard question={asks} />}
    </form>
  )
}

type Versioned = { version: string; waits: boolean; settle: () => void }

/** The version whose fields are there. Where new ones take their place, the same field has the focus again. */
function useVersion(form: { current: HTMLFormElement | null }, { version, waits, settle }: Versioned) {
  const [shown, show] = useState(version)
  const focused = useRef('')
  if (shown !== version && !waits) show(version)
  useLayoutEffect(() => {
    settle()
    if (document.activeElement !== document.body || focused.current === '') return
    form.current?.querySelector<HTMLElement>(`[name="${CSS.escape(focused.current)}"]`)?.focus()
  }, [shown])
  const onFocus = ({ target }: { target: Element }) =>
    void (focused.current = target.getAttribute('name') ?? '')
  return [shown, onFocus] as const
}

type ButtonsProps = Pick<Props, 'pending' | 'forget' | 'submit' | 'pendingText' | 'look'> & { lost: boolean }

function Buttons({ pending, lost, forget, submit, pendingText, look = 'primary' }: ButtonsProps) {
  const router = useRouter()
  const lookAtPage = () => {
    forget()
    router.refresh()
  }
  return (
    <div className="flex flex-wrap justify-end gap-2">
      {lost && <Button onClick={lookAtPage}>Look</Button>}
      <SubmitButton look={look} pending={pending} pendingText={pendingText}>
        {lost ? 'Ask again' : submit}
      </SubmitButton>
    </div>
  )
}
