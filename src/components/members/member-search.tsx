'use client'

import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useEffect, useRef, useTransition } from 'react'
import { TextField } from '../ui/field'
import { addressWith, type MemberFilters } from './member-filters'

export type FilterProps = {
  here: string
  given: MemberFilters
  /** How many there are; null: not known. */
  total: number | null
  isExact: boolean
}

const PAUSE_MS = 250

/** Searches as one types; without script, when the form is sent. */
export function MemberSearch({ here, given, total, isExact }: FilterProps) {
  const router = useRouter()
  const [pending, start] = useTransition()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const search = (q: string) => {
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      start(() => router.replace(addressWith(here, { ...given, q: q.trim() }), { scroll: false }))
    }, PAUSE_MS)
  }
  return (
    <search className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <form method="get" action={here} className="w-full sm:w-72" aria-busy={pending}>
        {given.show && <input type="hidden" name="show" value={given.show} />}
        <TextField
          label="Search members"
          hideLabel
          name="q"
          type="search"
          defaultValue={given.q}
          maxLength={64}
          placeholder="Search by name or email"
          autoComplete="off"
          onChange={(event) => search(event.target.value)}
        />
      </form>
      <nav aria-label="Which members" className="-mx-1 flex flex-wrap gap-1">
        {SHOWN.map(([show, text]) => (
          <Link
            key={text}
            href={addressWith(here, { ...given, show })}
            prefetch={false}
            scroll={false}
            aria-current={given.show === show ? 'true' : undefined}
            className="flex min-h-11 items-center rounded-full px-3.5 text-sm font-medium text-quiet hover:bg-well hover:text-ink aria-current:bg-well aria-current:text-ink sm:min-h-10"
          >
            {text}
          </Link>
        ))}
      </nav>
      <p role="status" className="text-sm text-quiet tabular-nums sm:ml-auto">
        {total !== null && counted(total, isExact)}
      </p>
    </search>
  )
}

const SHOWN = [
  [undefined, 'All'],
  ['active', 'Active'],
  ['invited', 'Invited'],
  ['suspended', 'Suspended'],
] as const

const counted = (total: number, isExact: boolean) =>
  `${isExact ? '' : 'More than '}${total.toLocaleString('en')} ${total === 1 ? 'member' : 'members'}`
