'use client'

import { useEffect, useState, type RefObject } from 'react'
import { Button } from './button'

type State = 'idle' | 'copied' | 'by-hand'
type Props = {
  text: string
  label: string
  look?: 'primary' | 'secondary'
  source: RefObject<HTMLElement | null>
}

/**
 * Copies; where the browser refuses, selects the text so that one keystroke does. @param source the element
 * that shows the text
 */
export function CopyButton({ text, label, look = 'secondary', source }: Props) {
  const [state, setState] = useState<State>('idle')
  useEffect(() => {
    if (state !== 'copied') return
    const timer = setTimeout(() => setState('idle'), 2500)
    return () => clearTimeout(timer)
  }, [state])
  return (
    <>
      <Button look={look} onClick={() => void copy(text, source.current).then(setState)} className="shrink-0">
        {state === 'copied' ? 'Copied' : label}
      </Button>
      <span role="status" className={state === 'by-hand' ? 'text-sm text-warn' : 'sr-only'}>
        {state === 'copied' && 'Copied to the clipboard.'}
        {state === 'by-hand' && 'Selected. Press Ctrl+C, or ⌘C on a Mac.'}
      </span>
    </>
  )
}

async function copy(text: string, source: HTMLElement | null): Promise<State> {
  try {
    await navigator.clipboard.writeText(text)
    return 'copied'
  } catch {
    // Refused, or not a secure page: select it, so that the person can copy it.
    if (source) getSelection()?.selectAllChildren(source)
    return 'by-hand'
  }
}
