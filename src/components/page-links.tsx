import Link from 'next/link'
import { buttonClass } from './ui/button'

/** The way through a long list: onwards, and back to its beginning. */
export function PageLinks({ things, first, next }: { things: string; first: string | null; next: string | null }) {
  if (!first && !next) return null
  return (
    <nav aria-label={`More ${things}`} className="flex flex-wrap justify-center gap-2">
      {first && (
        <Link href={first} prefetch={false} className={buttonClass('quiet')}>
          Back to the newest
        </Link>
      )}
      {next && (
        <Link href={next} prefetch={false} className={buttonClass('secondary')}>
          Load more {things}
        </Link>
      )}
    </nav>
  )
}
