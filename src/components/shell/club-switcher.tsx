'use client'

import { ChevronsUpDown } from 'lucide-react'
import Link from 'next/link'
import { Menu, MenuItem, MenuLabel } from '../ui/menu'

export type Club = { slug: string; name: string }

/** The club's name; where there are several, the way to the others. */
export function ClubSwitcher({ clubs, current }: { clubs: readonly Club[]; current: Club }) {
  const name = <span className="truncate font-semibold tracking-tight">{current.name}</span>
  if (clubs.length < 2) return name
  return (
    <Menu
      align="start"
      trigger={
        <button
          type="button"
          aria-label={`${current.name}: change club`}
          className="-ml-2 flex h-11 min-w-0 items-center gap-1.5 rounded-lg px-2 hover:bg-well sm:h-9"
        >
          {name}
          <ChevronsUpDown aria-hidden size={15} className="shrink-0 text-quiet" />
        </button>
      }
    >
      <MenuLabel>Your clubs</MenuLabel>
      {clubs.map(({ slug, name: other }) => (
        <MenuItem key={slug} asChild>
          <Link
            href={`/clubs/${slug}/keys`}
            prefetch={false}
            aria-current={slug === current.slug ? 'true' : undefined}
            className="truncate aria-current:font-semibold"
          >
            {other}
          </Link>
        </MenuItem>
      ))}
    </Menu>
  )
}
