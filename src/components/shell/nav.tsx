'use client'

import Link, { useLinkStatus } from 'next/link'
import { usePathname } from 'next/navigation'

export type Section = 'keys' | 'members' | 'service-accounts' | 'audit' | 'settings'

const NAMES: Record<Section, string> = {
  keys: 'Keys',
  members: 'Members',
  'service-accounts': 'Service accounts',
  audit: 'Audit',
  settings: 'Settings',
}

/** The sections that this person may see, and no others. */
export function Nav({ base, sections }: { base: string; sections: readonly Section[] }) {
  const path = usePathname()
  if (sections.length < 2) return null
  return (
    <nav
      aria-label="Club"
      className="order-last -mx-2 flex w-[calc(100%+1rem)] overflow-x-auto [scrollbar-width:none] sm:order-none sm:w-auto sm:gap-1"
    >
      {sections.map((section) => (
        <Link
          key={section}
          href={`${base}/${section}`}
          prefetch={false}
          aria-current={currentness(path, `${base}/${section}`)}
          className="relative flex h-11 shrink-0 items-center px-2 whitespace-nowrap -outline-offset-2 sm:px-2.5 text-sm font-medium text-quiet after:absolute after:inset-x-2 sm:after:inset-x-2.5 after:bottom-0 after:h-0.5 after:rounded-full hover:text-ink aria-[current]:text-ink aria-[current]:after:bg-accent sm:h-14"
        >
          <Name>{NAMES[section]}</Name>
        </Link>
      ))}
    </nav>
  )
}

/** The section itself, or one that a page within it belongs to. */
const currentness = (path: string, section: string) =>
  path === section ? 'page' : path.startsWith(`${section}/`) ? 'true' : undefined

/** Says that the page is on its way. */
function Name({ children }: { children: string }) {
  const { pending } = useLinkStatus()
  return <span className={`transition-opacity delay-100 ${pending ? 'opacity-50' : ''}`}>{children}</span>
}
