'use client'

import { createContext, use, useMemo, useState, type ReactNode } from 'react'
import { themeCookie, type Theme } from './themes'

type Chosen = { theme: Theme; choose: (theme: Theme) => void }
const ThemeContext = createContext<Chosen | null>(null)

/** @param theme what the server knows from the cookie: the page comes in it, and nothing flashes */
export function ThemeProvider({ theme: kept, children }: { theme: Theme; children: ReactNode }) {
  const [theme, setTheme] = useState(kept)
  const chosen = useMemo<Chosen>(() => {
    const choose = (next: Theme) => {
      document.cookie = themeCookie(next, location.protocol === 'https:')
      if (next === 'system') delete document.documentElement.dataset.theme
      else document.documentElement.dataset.theme = next
      setTheme(next)
    }
    return { theme, choose }
  }, [theme])
  return <ThemeContext value={chosen}>{children}</ThemeContext>
}

export function useTheme(): Chosen {
  const chosen = use(ThemeContext)
  if (!chosen) throw new Error('useTheme needs a ThemeProvider above it')
  return chosen
}
