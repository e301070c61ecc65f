import Link from 'next/link'
import { Brand } from '../brand'
import { ThemeSwitch } from '../theme/theme-switch'
import { SkipLink } from '../ui/skip-link'
import { SearchBox } from './search-box'

/** Asks nobody who reads: these pages are there while the database is not. */
export function DocsHeader({ isSignedIn }: { isSignedIn: boolean }) {
  return (
    <header className="sticky top-0 z-20 border-b border-line bg-raised">
      <SkipLink />
      <div className="mx-auto flex h-14 max-w-[88rem] items-center gap-3 px-4 sm:gap-6 sm:px-6">
        <p className="flex items-center gap-2.5">
          <Link
            href="/"
            prefetch={false}
            aria-label="clubkeys"
            className="rounded-lg max-sm:[&_span>span]:hidden"
          >
            <Brand />
          </Link>
          <Link href="/docs" prefetch={false} className="rounded font-medium text-quiet hover:text-ink">
            Docs
          </Link>
        </p>
        <SearchBox />
        <div className="hidden md:block">
          <ThemeSwitch />
        </div>
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
