'use client'

import type { RefObject } from 'react'
import { Button } from './button'
import { useCopy } from './use-copy'

type Props = {
  text: string
  label: string
  look?: 'primary' | 'secondary'
  source: RefObject<HTMLElement | null>
}

/** @param source the element that shows the text */
export function CopyButton({ text, label, look = 'secondary', source }: Props) {
  const { state, copy } = useCopy()
  return (
    <>
      <Button look={look} onClick={() => copy(text, source.current)} className="shrink-0">
        {state === 'copied' ? 'Copied' : label}
      </Button>
      <span role="status" className={state === 'by-hand' ? 'text-sm text-warn' : 'sr-only'}>
        {state === 'copied' && 'Copied to the clipboard.'}
        {state === 'by-hand' && 'Selected. Press Ctrl+C, or ⌘C on a Mac.'}
      </span>
    </>
  )
}
