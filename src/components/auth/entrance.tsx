import Link from 'next/link'
import type { ReactNode } from 'react'

/** The frame of the pages for people who are not signed in. */
export function Entrance({ title, lead, children }: { title: string; lead: ReactNode; children: ReactNode }) {
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-[25rem] flex-col justify-center gap-6 px-5 py-12">
      <p className="flex items-baseline justify-between">
        <Link
          href="/"
          prefetch={false}
          className="rounded font-semibold tracking-tight text-quiet hover:text-ink"
        >
          clubkeys
        </Link>
        <Link
          href="/docs"
          prefetch={false}
          className="rounded text-sm font-medium text-quiet underline underline-offset-4 hover:text-ink"
        >
          Docs
        </Link>
      </p>
      <div className="grid gap-1">
        <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
        <p className="text-quiet">{lead}</p>
      </div>
      {children}
    </main>
  )
}
