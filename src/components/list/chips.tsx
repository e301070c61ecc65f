import Link from 'next/link'

export type Chip = {
  name: string
  href: string
  isCurrent: boolean
  /** How many there are, in words; null: nobody knows. */
  count?: string | null
}

/** Lists beside each other, of which one is shown. */
export function Chips({ label, chips }: { label: string; chips: readonly Chip[] }) {
  return (
    <nav
      aria-label={label}
      className="-mx-4 overflow-x-auto px-4 py-1 [scrollbar-width:none] sm:mx-0 sm:px-0"
    >
      <ul className="flex w-max gap-1">
        {chips.map(({ name, href, isCurrent, count = null }) => (
          <li key={name}>
            <Link
              href={href}
              prefetch={false}
              scroll={false}
              aria-current={isCurrent ? 'true' : undefined}
              className="flex min-h-11 items-center gap-1.5 rounded-full px-3 text-sm font-medium whitespace-nowrap text-quiet hover:bg-well hover:text-ink aria-current:bg-well aria-current:text-ink sm:min-h-8"
            >
              {name}
              {count !== null && <span className="font-normal text-quiet tabular-nums">{count}</span>}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
