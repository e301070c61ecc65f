import Link from 'next/link'
import { redirect } from 'next/navigation'
import { Brand } from '@/components/brand'
import { ThemeSwitch } from '@/components/theme/theme-switch'
import { buttonClass } from '@/components/ui/button'
import { SkipLink } from '@/components/ui/skip-link'
import { env } from '@/lib/env'
import { findCaller } from './caller'

export default async function Home() {
  if (await findCaller()) redirect('/clubs')
  const { origin } = new URL(env().NEXTAUTH_URL)
  return (
    <div className="flex min-h-dvh flex-col">
      <SkipLink />
      <Top />
      <main
        id="content"
        tabIndex={-1}
        className="mx-auto w-full max-w-page flex-1 px-5 focus:outline-none sm:px-8"
      >
        <section className="grid items-center gap-x-16 gap-y-12 pt-[clamp(2.5rem,9dvh,7rem)] pb-16 lg:grid-cols-[minmax(0,1fr)_minmax(0,30rem)] lg:pb-24">
          <Lead />
          <FirstCall origin={origin} />
        </section>
        <Points />
      </main>
      <footer className="mx-auto flex w-full max-w-page items-center justify-between gap-4 px-5 py-8 text-sm text-quiet sm:px-8">
        <nav aria-label="Docs" className="flex flex-wrap gap-x-5">
          <FootLink href="/docs/quick-start">Quick start</FootLink>
          <FootLink href="/docs/api">API reference</FootLink>
          <FootLink href="/docs/problems">Errors</FootLink>
        </nav>
        <ThemeSwitch />
      </footer>
    </div>
  )
}

function Top() {
  return (
    <header className="mx-auto flex h-16 w-full max-w-page items-center justify-between px-5 sm:px-8">
      <Brand />
      <nav aria-label="clubkeys" className="flex items-center gap-1 sm:gap-3">
        <Link
          href="/docs"
          prefetch={false}
          className="flex h-11 items-center rounded-lg px-3 text-sm font-medium text-quiet hover:text-ink"
        >
          Docs
        </Link>
        <Link href="/sign-in" prefetch={false} className={buttonClass('secondary')}>
          Sign in
        </Link>
      </nav>
    </header>
  )
}

function Lead() {
  return (
    <div className="grid gap-6">
      <h1 className="text-4xl font-semibold text-balance">API keys that belong to a club</h1>
      <p className="max-w-[34rem] text-lg leading-relaxed tracking-normal text-pretty text-quiet">
        Every key has an owner, can do no more than that person may, and stops the moment they leave. Make
        them, watch them and end them in one place.
      </p>
      <div className="flex flex-wrap gap-3">
        <Link href="/sign-in" prefetch={false} className={buttonClass('primary', 'sm:h-11 sm:px-5')}>
          Open the dashboard
        </Link>
        <Link href="/docs" prefetch={false} className={buttonClass('secondary', 'sm:h-11 sm:px-5')}>
          Read the docs
        </Link>
      </div>
    </div>
  )
}

/** What a key is for, as it looks in a terminal. */
function FirstCall({ origin }: { origin: string }) {
  return (
    <figure className="min-w-0 overflow-hidden rounded-2xl border border-line bg-raised shadow-float">
      <figcaption className="border-b border-line px-5 py-3 text-sm font-medium text-quiet">
        A first call
      </figcaption>
      <pre
        tabIndex={0}
        aria-label="Example request"
        className="overflow-x-auto px-5 py-4 font-mono text-[0.8125rem] leading-relaxed -outline-offset-2"
      >
        <code>
          <span className="text-quiet">$ </span>
          {`curl ${origin}/api/v1/whoami \\\n    -H "Authorization: Bearer $CLUBKEYS_KEY"`}
        </code>
      </pre>
      <pre
        tabIndex={0}
        aria-label="Its answer"
        className="overflow-x-auto border-t border-line bg-well/60 px-5 py-4 font-mono text-[0.8125rem] leading-relaxed text-quiet -outline-offset-2"
      >
        <code>{ANSWER}</code>
      </pre>
    </figure>
  )
}

/** Shortened: the docs have all of it. */
const ANSWER = `{
  "club": { "name": "Demo Athletics", … },
  "user": { "name": "Carl Coach", … },
  "key": { "name": "scoreboard", … },
  "roles": ["COACH"],
  "scopes": ["practices:read"]
}`

const POINTS = [
  {
    title: 'No more than its owner',
    text: 'A key holds scopes that its owner’s roles grant, checked again at every call. Change a role, and all of their keys change with it.',
  },
  {
    title: 'Never unseen',
    text: 'Calls, refusals and errors of every key by the hour, where it was used from last, and an audit log that nobody can change.',
  },
  {
    title: 'Ended at once',
    text: 'Revoke one key or a thousand. The next call is refused, in every process, and what a key made goes with it.',
  },
]

function Points() {
  return (
    <section
      aria-label="What it does"
      className="grid gap-px border-t border-line pb-12 md:grid-cols-3 md:gap-10"
    >
      {POINTS.map(({ title, text }) => (
        <div key={title} className="grid content-start gap-2 pt-8">
          <h2 className="font-semibold">{title}</h2>
          <p className="text-sm leading-relaxed text-pretty text-quiet">{text}</p>
        </div>
      ))}
    </section>
  )
}

function FootLink({ href, children }: { href: string; children: string }) {
  return (
    <Link href={href} prefetch={false} className="flex h-11 items-center rounded hover:text-ink">
      {children}
    </Link>
  )
}
