import Link from 'next/link'
import type { ReactNode } from 'react'
import { EmptyState } from '../ui/empty-state'

type Props = { filtered: boolean; later: boolean; create: ReactNode }

/** What stands in the place of a list without keys. */
export function NoKeys({ filtered, later, create }: Props) {
  if (later) return <EmptyState title="No more keys">You have seen all that there are.</EmptyState>
  if (filtered)
    return (
      <EmptyState title="Nothing matches">No key is as you asked. Ask for less, or show all keys.</EmptyState>
    )
  return (
    <EmptyState title="No keys yet" action={create}>
      Make one for each app or script that calls the API, so that you can end one without breaking the others.
      The{' '}
      <Link
        href="/docs/quick-start"
        prefetch={false}
        className="font-medium text-accent underline underline-offset-4"
      >
        quick start
      </Link>{' '}
      shows the first call.
    </EmptyState>
  )
}
