import Link from 'next/link'
import { SearchBox } from './search-box'

/** Asks nobody who reads: these pages are there while the database is not. */
export function DocsHeader({ isSignedIn }: { isSignedIn: boolean }) {
  return (
    <header className="sticky top-0 z-20 border-b border-line bg-raised">
      <a
        href="#content"
        className="sr-only rounded-lg bg-accent px-4 py-2 font-medium text-on-accent focus:not-sr-only focus:absolute focus:top-2 focus:left-2 focus:z-50"
      >
        Skip to content
      </a>
      <div className="mx-auto flex h-14 max-w-[88rem] items-center gap-3 px-4 sm:gap-6 sm:px-6">
        <p className="flex items-baseline gap-2">
          <Link href="/" prefetch={false} className="rounded font-semibold tracking-tight">
            clubkeys
          </Link>
          <Link href="/docs" prefetch={false} className="rounded font-medium text-quiet hover:text-ink">
            Docs
          </Link>
        </p>
        <SearchBox />
        <Link
          href={isSignedIn ? '/clubs' : '/sign-in'}
          prefetch={false}
          className="rounded text-sm font-medium whitespace-nowrap text-quiet hover:text-ink"
        >
          {isSignedIn ? 'Your clubs' : 'Sign in'}
        </Link>
      </div>
    </header>
  )
}
