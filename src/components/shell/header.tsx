import Link from 'next/link'
import type { ReactNode } from 'react'
import { AccountMenu } from './account-menu'
import { ClubSwitcher, type Club } from './club-switcher'
import { Nav, type Section } from './nav'
import { SkipLink } from '../ui/skip-link'

type Props = {
  person: { name: string; email: string }
  clubs: readonly Club[]
  current?: Club
  sections?: readonly Section[]
  /** Where people create a club of their own, if they may. */
  createPath?: string | undefined
}

export function Header({ person, clubs, current, sections = [], createPath }: Props) {
  return (
    <header className="border-b border-line bg-raised">
      <SkipLink />
      <div className="mx-auto flex max-w-6xl flex-wrap items-center gap-x-6 px-4 sm:px-6">
        <div className="flex min-h-14 min-w-0 flex-1 items-center gap-2 sm:flex-none">
          {current ? (
            <ClubSwitcher {...{ clubs, current, createPath }} />
          ) : (
            <Link href="/clubs" prefetch={false} className="rounded font-semibold tracking-tight">
              clubkeys
            </Link>
          )}
        </div>
        {current && <Nav base={`/clubs/${current.slug}`} sections={sections} />}
        <div className="flex items-center gap-3 sm:ml-auto sm:gap-4">
          <Link
            href="/docs"
            prefetch={false}
            className="flex h-11 items-center rounded px-1 text-sm font-medium text-quiet hover:text-ink"
          >
            Docs
          </Link>
          <AccountMenu {...person} severalClubs={clubs.length > 1} />
        </div>
      </div>
    </header>
  )
}

export function PageBody({ children, narrow = false }: { children: ReactNode; narrow?: boolean }) {
  return (
    <main
      id="content"
      tabIndex={-1}
      className={`mx-auto grid grid-cols-1 gap-6 px-4 py-8 focus:outline-none sm:px-6 sm:py-10 ${narrow ? 'max-w-2xl' : 'max-w-6xl'}`}
    >
      {children}
    </main>
  )
}

export function PageTitle({ title, lead, action }: { title: string; lead: ReactNode; action?: ReactNode }) {
  return (
    <div className="flex flex-wrap items-end justify-between gap-4">
      <div className="grid gap-1">
        <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
        <p className="max-w-2xl text-pretty text-quiet">{lead}</p>
      </div>
      {action}
    </div>
  )
}
