'use client'

import { ListFilter } from 'lucide-react'
import { useEffect, useRef, type ReactNode } from 'react'
import { buttonClass } from '../ui/button'

type Props = {
  /** How many of its fields are set. */
  set: number
  children: ReactNode
}

/** The finer fields of a list's form, folded away. It opens without any script. */
export function FilterMenu({ set, children }: Props) {
  const box = useRef<HTMLDetailsElement>(null)
  useEffect(() => {
    const close = ({ target }: Event) => {
      if (box.current?.open && !box.current.contains(target as Node)) box.current.open = false
    }
    document.addEventListener('pointerdown', close)
    document.addEventListener('focusin', close)
    return () => {
      document.removeEventListener('pointerdown', close)
      document.removeEventListener('focusin', close)
    }
  }, [])
  return (
    <details
      ref={box}
      className="sm:relative"
      onKeyDown={({ key, currentTarget }) => {
        if (key !== 'Escape' || !currentTarget.open) return
        currentTarget.open = false
        currentTarget.querySelector('summary')?.focus()
      }}
    >
      <summary
        className={buttonClass(
          'secondary',
          'cursor-pointer list-none sm:h-10 [&::-webkit-details-marker]:hidden',
        )}
      >
        <ListFilter aria-hidden size={16} className="text-quiet" />
        Filters
        {set > 0 && (
          <span className="rounded-full bg-accent-well px-1.5 text-xs text-accent tabular-nums">
            {set}
            <span className="sr-only"> set</span>
          </span>
        )}
      </summary>
      <div className="absolute inset-x-0 top-full z-20 mt-2 grid gap-4 rounded-xl border border-line bg-raised p-4 shadow-float sm:right-auto sm:w-80">
        {children}
      </div>
    </details>
  )
}
