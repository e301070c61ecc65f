import { ArrowDown, ArrowUp } from 'lucide-react'
import Link from 'next/link'
import type { Order } from '@/contracts/api-key-filter'
import type { Column } from '../ui/table'

type Given = {
  name: string
  /** In which order the rows stand by this column; undefined: they are sorted otherwise. */
  order: Order | undefined
  /** The page sorted by it, or by it the other way round. */
  href: string
}

/** A column whose head sorts by it: a link, which works without script. */
export const sortedBy = ({ name, order, href }: Given): Column => ({
  name,
  sorted: order && (order === 'asc' ? 'ascending' : 'descending'),
  head: (
    <Link
      href={href}
      prefetch={false}
      scroll={false}
      className={`-mx-1.5 inline-flex h-8 items-center gap-1 rounded px-1.5 hover:text-ink ${order ? 'text-ink' : ''}`}
    >
      {name}
      {order === 'asc' && <ArrowUp aria-hidden size={13} />}
      {order === 'desc' && <ArrowDown aria-hidden size={13} />}
    </Link>
  ),
})
