import type { ApiKeySort, Order } from '@/contracts/api-key-filter'
import { listAddress } from '../list/address'
import { sortedBy } from '../list/sort-head'
import type { Column } from '../ui/table'
import type { KeyFilters } from './filters'

/** As the server sorts where no order is said. */
const FIRST: Record<ApiKeySort, Order> = {
  createdAt: 'desc',
  lastUsedAt: 'desc',
  expiresAt: 'asc',
  name: 'asc',
}

/** A head that sorts by its column; pressed again, the other way round; a third time, as at first. */
export function sortColumn(here: string, given: KeyFilters, name: string, sort: ApiKeySort): Column {
  const first = FIRST[sort]
  const other = first === 'asc' ? 'desc' : 'asc'
  const order = given.sort === sort ? (given.order ?? first) : undefined
  const next =
    order === undefined
      ? { sort, order: undefined }
      : order === first
        ? { sort, order: other }
        : { sort: undefined, order: undefined }
  return sortedBy({ name, order, href: listAddress(here, { ...given, ...next }) })
}
