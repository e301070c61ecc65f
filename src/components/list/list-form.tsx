'use client'

import { useRouter } from 'next/navigation'
import type { ReactNode, SubmitEvent } from 'react'
import { listAddress } from './address'

/** The form by which a list is asked for: it works before any script does; with one, the page stays. */
export function ListForm({ here, children }: { here: string; children: ReactNode }) {
  const router = useRouter()
  const follow = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const fields = Object.fromEntries(new FormData(form)) as Record<string, string>
    for (const menu of form.querySelectorAll('details')) menu.open = false
    router.push(listAddress(here, fields), { scroll: false })
  }
  return (
    <form method="get" action={here} onSubmit={follow} className="relative flex flex-wrap items-center gap-2">
      {children}
    </form>
  )
}
