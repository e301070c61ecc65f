import Link from 'next/link'
import type { ReactNode } from 'react'
import { apart } from '@/contracts/unseen'
import { Brand, Mark } from '../brand'
import { SkipLink } from '../ui/skip-link'
import { AccountMenu } from './account-menu'
import { ClubSwitcher, type Club } from './club-switcher'
import { Nav, type Section } from './nav'

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
      <div className="mx-auto flex h-14 max-w-page items-center gap-3 px-4 sm:px-6">
        {current ? (
          <>
            <Link
              href={`/clubs/${current.slug}`}
              prefetch={false}
              aria-label={`clubkeys, start of ${apart(current.name)}`}
              className="rounded-lg"
            >
              <Mark />
            </Link>
            <span aria-hidden className="text-lg font-light text-edge">
              /
            </span>
            <ClubSwitcher {...{ clubs, current, createPath }} />
          </>
        ) : (
          <Link href="/clubs" prefetch={false} className="rounded-lg">
            <Brand />
          </Link>
        )}
        <div className="ml-auto flex shrink-0 items-center gap-2 sm:gap-4">
          <Link
            href="/docs"
            prefetch={false}
            className="hidden h-10 items-center rounded-lg px-2 text-sm font-medium text-quiet hover:text-ink sm:flex"
          >
            Docs
          </Link>
          <AccountMenu {...person} severalClubs={clubs.length > 1} />
        </div>
      </div>
      {current && sections.length > 1 && (
        <div className="mx-auto max-w-page px-4 sm:px-6">
          <Nav base={`/clubs/${current.slug}`} sections={sections} />
        </div>
      )}
    </header>
  )
}

export function PageBody({ children, narrow = false }: { children: ReactNode; narrow?: boolean }) {
  return (
    <main
      id="content"
      tabIndex={-1}
      className={`mx-auto grid grid-cols-1 gap-6 px-4 py-8 focus:outline-none sm:px-6 sm:py-10 ${narrow ? 'max-w-2xl' : 'max-w-page'}`}
    >
      {children}
    </main>
  )
}

export function PageTitle({ title, lead, action }: { title: string; lead: ReactNode; action?: ReactNode }) {
  return (
    <div className="flex flex-wrap items-end justify-between gap-4">
      <div className="grid gap-1">
        <h1 className="text-2xl font-semibold">{title}</h1>
        <p className="max-w-2xl text-pretty text-quiet">{lead}</p>
      </div>
      {action}
    </div>
  )
}
