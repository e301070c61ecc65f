'use client'

import { Monitor, Moon, Sun } from 'lucide-react'
import { usePathname } from 'next/navigation'
import { useTheme } from './theme-provider'
import type { Theme } from './themes'

const THEME_CHOICES = [
  { theme: 'light', name: 'Light', Icon: Sun },
  { theme: 'dark', name: 'Dark', Icon: Moon },
  { theme: 'system', name: 'System', Icon: Monitor },
] as const satisfies readonly { theme: Theme; name: string; Icon: typeof Sun }[]

/** A plain form: before any script runs, and without any, the server keeps the choice and leads back. */
export function ThemeSwitch() {
  const { theme: chosen, choose } = useTheme()
  const path = usePathname()
  return (
    <form action="/theme" method="get" aria-label="Theme" className="flex gap-0.5 rounded-full bg-well p-0.5">
      <input type="hidden" name="back" value={path} />
      {THEME_CHOICES.map(({ theme, name, Icon }) => (
        <button
          key={theme}
          type="submit"
          name="to"
          value={theme}
          aria-label={`${name} theme`}
          aria-pressed={theme === chosen}
          title={name}
          onClick={(event) => {
            event.preventDefault()
            choose(theme)
          }}
          className="grid size-8 place-items-center rounded-full text-quiet hover:text-ink aria-pressed:bg-raised aria-pressed:text-ink aria-pressed:shadow-sm"
        >
          <Icon aria-hidden size={15} />
        </button>
      ))}
    </form>
  )
}
