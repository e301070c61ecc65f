import { ChevronRight } from 'lucide-react'
import Link from 'next/link'
import { Expects } from '../shell/arrival'

export type Attention = {
  name: string
  about: string
  tone: 'bad' | 'warn' | 'plain'
  count: number
  /** Counting ended at `count`. */
  orMore: boolean
  href: string
}

const TONES = { bad: 'text-bad', warn: 'text-warn', plain: 'text-ink' }

/** Each number leads to exactly those keys. */
export function AttentionList({ attention }: { attention: readonly Attention[] }) {
  return (
    <ul className="divide-y divide-line overflow-hidden rounded-xl border border-line bg-raised">
      {attention.map(({ name, about, tone, count, orMore, href }) => (
        <li key={name}>
          <Link
            href={href}
            prefetch={false}
            className="flex min-h-16 items-center gap-4 px-4 py-3 -outline-offset-2 transition-colors hover:bg-well/60 sm:px-5"
          >
            <Expects page="Keys" />
            <span className="grid min-w-0 flex-1">
              <span className="font-medium">{name}</span>
              <span className="text-sm text-pretty text-quiet">{about}</span>
            </span>
            <span
              className={`text-xl font-semibold tracking-tight tabular-nums ${count > 0 ? TONES[tone] : 'text-quiet'}`}
            >
              {count.toLocaleString('en')}
              {orMore && '+'}
              <span className="sr-only">{count === 1 ? ' key' : ' keys'}</span>
            </span>
            <ChevronRight aria-hidden size={16} className="shrink-0 text-quiet" />
          </Link>
        </li>
      ))}
    </ul>
  )
}
