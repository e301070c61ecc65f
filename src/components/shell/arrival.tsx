'use client'

import { usePathname } from 'next/navigation'
import { createContext, use, useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { useLinkStatus } from 'next/link'
import { useFocusKept } from '../ui/opener'
import { PageSkeleton } from './page-skeleton'

/** Sooner than that a page is simply there: a skeleton would only flicker. */
const PATIENCE_MS = 150

type Arriving = { late: string | null; expect: (page: string | null) => void }
const ArrivalContext = createContext<Arriving | null>(null)

/**
 * The way from page to page without a full load. Documents themselves come whole, with their status; only
 * here is anything shown in place of what is on its way.
 */
export function Arrival({ children }: { children: ReactNode }) {
  const [late, setLate] = useState<string | null>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const expect = useCallback((page: string | null) => {
    clearTimeout(timer.current)
    if (page === null) setLate(null)
    else timer.current = setTimeout(() => setLate(page), PATIENCE_MS)
  }, [])
  useHeadingFocus(late !== null)
  useFocusKept()
  return <ArrivalContext value={useMemo(() => ({ late, expect }), [late, expect])}>{children}</ArrivalContext>
}

function useArrival(): Arriving {
  const arriving = use(ArrivalContext)
  if (!arriving) throw new Error('useArrival needs an Arrival above it')
  return arriving
}

/** Within a `Link`: where it leads, by the name that stands there as the heading. */
export function Expects({ page }: { page: string }) {
  const { pending } = useLinkStatus()
  const { expect } = useArrival()
  useEffect(() => {
    if (!pending) return
    expect(page)
    return () => expect(null)
  }, [pending, expect, page])
  return null
}

/** A page, or the outline of the one that is on its way. */
export function ArrivingPage({ children }: { children: ReactNode }) {
  const { late } = useArrival()
  return (
    <>
      {late !== null && <PageSkeleton page={late} />}
      <div hidden={late !== null}>{children}</div>
    </>
  )
}

/** The link that was followed is often gone: reading goes on at the heading of the new page (WCAG 2.4.3). */
function useHeadingFocus(isHidden: boolean): void {
  const path = usePathname()
  const seen = useRef(path)
  useEffect(() => {
    // What is hidden takes no focus: the outline goes a moment after the page has come.
    if (seen.current === path || isHidden) return
    seen.current = path
    const heading = document.querySelector<HTMLElement>('main h1')
    if (!heading) return
    heading.tabIndex = -1
    heading.focus({ preventScroll: true })
  }, [path, isHidden])
}
