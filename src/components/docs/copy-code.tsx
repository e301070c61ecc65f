'use client'

import { useRef, type ReactNode } from 'react'
import { useCopy } from '../ui/use-copy'

/** A frame around code, with a button that copies it. Without JavaScript there is no button. */
export function CopyCode({ title, children }: { title: string; children: ReactNode }) {
  const frame = useRef<HTMLDivElement>(null)
  const { state, copy } = useCopy()
  const code = () => frame.current?.querySelector('code') ?? null
  return (
    <div className="code" ref={frame}>
      <div className="flex h-9 items-center justify-between border-b border-line pr-1 pl-4 text-xs text-quiet">
        <span aria-hidden>{title}</span>
        <button
          type="button"
          onClick={() => copy(code()?.textContent ?? '', code())}
          className="rounded-md px-2.5 py-1.5 font-medium hover:bg-line/60 hover:text-ink noscript:hidden"
        >
          {state === 'copied' ? 'Copied' : 'Copy'}
          <span className="sr-only">: {title}</span>
        </button>
        <span role="status" className={state === 'by-hand' ? 'text-warn' : 'sr-only'}>
          {state === 'copied' && 'Copied to the clipboard.'}
          {state === 'by-hand' && 'Selected. Press Ctrl+C, or ⌘C on a Mac.'}
        </span>
      </div>
      {children}
    </div>
  )
}
