import Link from 'next/link'
import type { ReactNode } from 'react'
import { Brand } from '../brand'
import { ThemeSwitch } from '../theme/theme-switch'

/** The frame of the pages for people who are not signed in. */
export function Entrance({ title, lead, children }: { title: string; lead: ReactNode; children: ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="flex h-16 items-center justify-between px-5 sm:px-8">
        <Link href="/" prefetch={false} className="rounded-lg">
          <Brand />
        </Link>
        <Link
          href="/docs"
          prefetch={false}
          className="flex h-11 items-center rounded-lg px-2 text-sm font-medium text-quiet hover:text-ink"
        >
          Docs
        </Link>
      </header>
      <main className="mx-auto flex w-full max-w-[23.5rem] flex-1 flex-col justify-start gap-6 px-5 pt-[clamp(1.5rem,12dvh,9rem)] pb-12 sm:px-0">
        <div className="grid gap-1.5">
          <h1 className="text-2xl font-semibold">{title}</h1>
          <p className="text-pretty text-quiet">{lead}</p>
        </div>
        {children}
      </main>
      <footer className="flex justify-center pb-6">
        <ThemeSwitch />
      </footer>
    </div>
  )
}
