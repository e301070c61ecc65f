'use client'

import { useRef, type ReactNode, type SubmitEvent } from 'react'
import type { Refused } from '../outcome'
import { SubmitButton } from '../ui/button'
import { useFirstFault } from '../ui/form-watch'
import { FormRefusal } from '../ui/form-refusal'

type Props = {
  onSubmit: (event: SubmitEvent<HTMLFormElement>) => void
  pending: boolean
  refused: Refused | null
  /** What its fields say themselves. */
  fields?: readonly string[]
  submit: string
  pendingText: string
  children: ReactNode
}

/** A form of somebody who is not signed in: like those in pages, but there is no work in it to lose. */
export function EntranceForm({
  onSubmit,
  pending,
  refused,
  fields = [],
  submit,
  pendingText,
  children,
}: Props) {
  const form = useRef<HTMLFormElement>(null)
  useFirstFault(form, refused)
  return (
    // POST: sent before the page is ready, a password must not end up in the address.
    <form ref={form} method="post" onSubmit={onSubmit} className="grid gap-4">
      {children}
      <FormRefusal {...{ refused, fields }} lost={false} />
      <SubmitButton pending={pending} pendingText={pendingText} className="w-full sm:h-10">
        {submit}
      </SubmitButton>
    </form>
  )
}
