import { listAddress } from '@/components/list/address'
import type { Paging } from '@/components/list/pager'
import type { Page } from '@/contracts/page'
import { once } from './list-or-start'

type Query = Record<string, string | string[] | undefined>
/** What a page's address says of its place: the cursor, and the number of its first row, for readers alone. */
type Place = { cursor: string | undefined; from: number | null }

export function placeIn(query: Query): Place {
  const [cursor, from] = [once(query.cursor), once(query.from)]
  if (cursor === undefined) return { cursor, from: 1 }
  return { cursor, from: from !== undefined && /^[1-9][0-9]{0,6}$/.test(from) ? Number(from) : null }
}

type Listed = Pick<Page<unknown>, 'data' | 'nextCursor' | 'previousCursor' | 'total' | 'totalIsExact'>

/**
 * Where a page is in its list, and the addresses of those around it.
 * @param start the list's address, without a place
 */
export function pagingOf(
  things: string,
  { start, size, place: { cursor, from } }: { start: string; size: number; place: Place },
  { data, nextCursor, previousCursor, total = null, totalIsExact = false }: Listed,
): Paging {
  const shown = data.length
  // Read backwards to where nothing comes before: the first page, whatever its address says.
  const first = previousCursor === undefined && shown > 0 ? 1 : from
  const at = (next: string, row: number | null) =>
    addressWith(start, { cursor: next, from: row ?? undefined })
  const before = first === null ? null : first - size
  return {
    things,
    from: first,
    shown,
    total,
    isExact: totalIsExact,
    previous:
      cursor === undefined || first === 1
        ? null
        : previousCursor === undefined || (before !== null && before <= 1)
          ? start
          : at(previousCursor, before),
    next: nextCursor === null ? null : at(nextCursor, first === null ? null : first + shown),
  }
}

function addressWith(start: string, fields: Record<string, string | number | undefined>): string {
  const [here = '', asked] = start.split('?')
  return listAddress(here, { ...Object.fromEntries(new URLSearchParams(asked)), ...fields })
}
