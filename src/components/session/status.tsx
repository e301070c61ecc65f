'use client'

import { useEffect } from 'react'

const SHOWN_MS = 5000

/** Always in the page, so that screen readers watch it before it has something to say. */
export function Status({ text, onDone }: { text: string; onDone: () => void }) {
  useEffect(() => {
    if (text === '') return
    const timer = setTimeout(onDone, SHOWN_MS)
    return () => clearTimeout(timer)
  }, [text, onDone])
  return (
    <div
      role="status"
      className="pointer-events-none fixed inset-x-4 bottom-4 z-[60] flex justify-center sm:bottom-6"
    >
      {text && (
        <span className="animate-rise rounded-lg bg-ink px-4 py-2.5 text-sm font-medium text-paper shadow-float">
          {text}
        </span>
      )}
    </div>
  )
}
