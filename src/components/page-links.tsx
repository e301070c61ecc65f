import Link from 'next/link'
import { buttonClass } from './ui/button'

type Props = { things: string; first: string | null; next: string | null; back?: string }

/** The way through a long list: onwards, and back to its beginning. */
export function PageLinks({ things, first, next, back = 'Back to the newest' }: Props) {
  if (!first && !next) return null
  return (
    <nav aria-label={`More ${things}`} className="flex flex-wrap justify-center gap-2">
      {first && (
        <Link href={first} prefetch={false} className={buttonClass('quiet')}>
          {back}
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
