'use client'

import { useEffect } from 'react'

/**
 * Keeps `--keyboard` at the height that the screen's keyboard covers, where the browser lays it over the page
 * instead of making the page smaller.
 */
export function useKeyboardRoom(): void {
  useEffect(() => {
    const { visualViewport: seen } = window
    const { style } = document.documentElement
    const measure = () => {
      const covered = seen ? innerHeight - seen.height * seen.scale - seen.offsetTop : 0
      style.setProperty('--keyboard', `${Math.max(0, Math.round(covered))}px`)
    }
    measure()
    seen?.addEventListener('resize', measure)
    seen?.addEventListener('scroll', measure)
    return () => {
      seen?.removeEventListener('resize', measure)
      seen?.removeEventListener('scroll', measure)
    }
  }, [])
}
