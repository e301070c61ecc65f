'use client'

import { ChevronLeft, ChevronRight } from 'lucide-react'
import Link from 'next/link'
import { useEffect, useRef } from 'react'
import { buttonClass } from '../ui/button'

/** Where in its list a page is. */
export type Paging = {
  /** What is listed: "keys". */
  things: string
  /** The place of its first row, counted from 1; null: nobody knows. */
  from: number | null
  shown: number
  /** How many there are on all pages; null: they could not be counted in time. */
  total: number | null
  isExact: boolean
  /** The addresses of the pages around it. */
  previous: string | null
  next: string | null
}

/** "21–40 of 10,000", and the way on and back. */
export function Pager(paging: Paging) {
  const { things, previous, next } = paging
  return (
    <nav aria-label={`Pages of ${things}`} className="flex min-h-9 items-center justify-between gap-4">
      <p className="text-sm text-quiet tabular-nums">{placeOf(paging)}</p>
      {(previous ?? next) !== null && (
        <div className="flex gap-2">
          <Way href={previous}>
            <ChevronLeft aria-hidden size={16} /> Previous
          </Way>
          <Way href={next}>
            Next <ChevronRight aria-hidden size={16} />
          </Way>
        </div>
      )}
    </nav>
  )
}

function Way({ href, children }: { href: string | null; children: React.ReactNode }) {
  const look = buttonClass('secondary', 'px-3!')
  if (href === null)
    return (
      <span role="link" aria-disabled="true" className={`${look} opacity-40`}>
        {children}
      </span>
    )
  return (
    <Link href={href} prefetch={false} data-way className={look}>
      {children}
    </Link>
  )
}

/** Names the list for those who hear it, and has the focus after a way to another page of it (WCAG 2.4.3). */
export function ListHeading({ paging }: { paging: Paging }) {
  const heading = useRef<HTMLHeadingElement>(null)
  const place = `${paging.previous ?? ''} ${paging.next ?? ''}`
  const seen = useRef(place)
  useEffect(() => {
    if (seen.current === place) return
    seen.current = place
    const { activeElement } = document
    // Not from a field that searches while somebody types in it.
    if (activeElement === document.body || activeElement?.hasAttribute('data-way'))
      heading.current?.focus({ preventScroll: true })
  }, [place])
  return (
    <h2 ref={heading} tabIndex={-1} className="sr-only">
      {paging.shown === 0 ? 'No rows' : `Rows ${placeOf(paging)}`}
    </h2>
  )
}

const told = (count: number) => count.toLocaleString('en')

function placeOf({ things, from, shown, total, isExact }: Paging): string {
  if (from === null || shown === 0) return total === null ? '' : amountOf(total, isExact, things)
  const rows = shown === 1 ? told(from) : `${told(from)}–${told(from + shown - 1)}`
  return total === null ? rows : `${rows} of ${amountOf(Math.max(total, from + shown - 1), isExact)}`
}

const amountOf = (total: number, isExact: boolean, things?: string) =>
  [isExact ? '' : 'more than', told(total), things].filter(Boolean).join(' ')
