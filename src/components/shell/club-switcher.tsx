'use client'

import { ChevronsUpDown } from 'lucide-react'
import Link from 'next/link'
import { apart } from '@/contracts/unseen'
import { Menu, MenuItem, MenuLabel, MenuSeparator } from '../ui/menu'
import { Name } from '../ui/name'
import { ClubMark } from './club-mark'

export type Club = { slug: string; name: string }

/** The club's name; where there are several, the way to the others. */
type Props = {
  clubs: readonly Club[]
  current: Club
  /** Where people create a club of their own, if they may. */
  createPath?: string | undefined
}

export function ClubSwitcher({ clubs, current, createPath }: Props) {
  const name = (
    <>
      <ClubMark name={current.name} />
      <span title={current.name} className="truncate font-semibold tracking-tight">
        <Name>{current.name}</Name>
      </span>
    </>
  )
  if (clubs.length < 2 && !createPath) return name
  return (
    <Menu
      align="start"
      trigger={
        <button
          type="button"
          aria-label={`${apart(current.name)}: change club`}
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
            href={`/clubs/${slug}`}
            prefetch={false}
            aria-current={slug === current.slug ? 'true' : undefined}
            className="gap-2.5 aria-current:font-semibold"
          >
            <ClubMark name={other} />
            <span className="truncate">
              <Name>{other}</Name>
            </span>
          </Link>
        </MenuItem>
      ))}
      {createPath && (
        <>
          <MenuSeparator />
          <MenuItem asChild>
            <Link href={createPath} prefetch={false}>
              Create a club…
            </Link>
          </MenuItem>
        </>
      )}
    </Menu>
  )
}
