import { useEffect, useState } from 'react'

export type CopyState = 'idle' | 'copied' | 'by-hand'

/** Copies; where the browser refuses, selects the text so that one keystroke does. */
export function useCopy() {
  const [state, setState] = useState<CopyState>('idle')
  useEffect(() => {
    if (state !== 'copied') return
    const timer = setTimeout(() => setState('idle'), 2500)
    return () => clearTimeout(timer)
  }, [state])
  const copy = (text: string, source: HTMLElement | null) => void copyText(text, source).then(setState)
  return { state, copy }
}

async function copyText(text: string, source: HTMLElement | null): Promise<CopyState> {
  try {
    await navigator.clipboard.writeText(text)
    return 'copied'
  } catch {
    // Refused, or not a secure page: select it, so that the person can copy it.
    if (source) getSelection()?.selectAllChildren(source)
    return 'by-hand'
  }
}
