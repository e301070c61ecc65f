'use client'

import { useRef } from 'react'
import { CopyButton } from '../ui/copy-button'
import type { LeavingQuestion } from '../ui/leaving'

/** A token with the button that copies it. @param label what screen readers call it */
export function Token({
  token,
  label,
  copy = 'Copy key',
  look = 'secondary',
}: {
  token: string
  label: string
  copy?: string
  look?: 'primary' | 'secondary'
}) {
  const source = useRef<HTMLElement>(null)
  return (
    <div className="grid gap-2 sm:flex sm:items-center">
      <code
        ref={source}
        data-token
        tabIndex={0}
        aria-label={label}
        onFocus={(event) => getSelection()?.selectAllChildren(event.currentTarget)}
        className="min-w-0 flex-1 rounded-lg border border-accent/40 bg-accent-well px-3 py-2.5 font-mono text-sm break-all select-all"
      >
        {token}
      </code>
      <CopyButton text={token} label={copy} look={look} source={source} />
    </div>
  )
}

/** Before a token goes that nobody has said they saved. */
export const UNSAVED_TOKEN: LeavingQuestion = {
  title: 'Close without saving the key?',
  text: 'It is shown only now. Without it, you have to rotate the key to get another one.',
  stay: 'Back to the key',
  leave: 'Close without saving',
}
