'use client'

import Link, { useLinkStatus } from 'next/link'
import { usePathname } from 'next/navigation'
import { useEffect, useRef } from 'react'
import { Expects } from './arrival'

export type Section = 'overview' | 'keys' | 'members' | 'service-accounts' | 'webhooks' | 'audit' | 'settings'

const NAMES: Record<Section, string> = {
  overview: 'Overview',
  keys: 'Keys',
  members: 'Members',
  'service-accounts': 'Service accounts',
  webhooks: 'Webhooks',
  audit: 'Audit',
  settings: 'Settings',
}

/** The sections that this person may see, and no others. On a phone they scroll sideways. */
export function Nav({ base, sections }: { base: string; sections: readonly Section[] }) {
  const path = usePathname()
  const nav = useRef<HTMLElement>(null)
  useEffect(() => {
    const current = nav.current?.querySelector<HTMLElement>('[aria-current]')
    // By hand: scrollIntoView would move the page as well.
    if (nav.current && current)
      nav.current.scrollLeft = current.offsetLeft - (nav.current.clientWidth - current.offsetWidth) / 2
  }, [path])
  return (
    <nav
      ref={nav}
      aria-label="Club"
      className="relative -mx-4 flex overflow-x-auto px-2 [scrollbar-width:none] sm:mx-0 sm:-ml-2.5 sm:px-0"
    >
      {sections.map((section) => (
        <Link
          key={section}
          href={`${base}/${section}`}
          prefetch={false}
          aria-current={currentness(path, `${base}/${section}`)}
          className="group relative flex h-11 shrink-0 items-center px-2.5 text-sm font-medium whitespace-nowrap text-quiet -outline-offset-2 after:absolute after:inset-x-2.5 after:bottom-0 after:h-0.5 after:rounded-full hover:text-ink aria-[current]:text-ink aria-[current]:after:bg-accent"
        >
          <Expects page={NAMES[section]} />
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
