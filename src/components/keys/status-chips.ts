import { MAX_COUNTED } from '@/contracts/bounds'
import { listAddress } from '../list/address'
import type { Chip } from '../list/chips'
import type { KeyFilters, StatusCounts } from './filters'
import { STATUS_NAMES } from './key-status'

type Status = NonNullable<KeyFilters['status']>

const NAMES: Record<Status, string> = {
  usable: 'Usable',
  ...STATUS_NAMES,
  outside: 'Outside the policy',
}
const ALWAYS: readonly Status[] = ['usable', 'expiring', 'expired', 'disabled', 'revoked']

/** All keys, and those of each status. A status that is seldom asked for has a chip while it is. */
export function statusChips(here: string, given: KeyFilters, counts: StatusCounts | null): Chip[] {
  const chip = (status: Status | undefined): Chip => ({
    name: status === undefined ? 'All' : NAMES[status],
    href: listAddress(here, { ...given, status }),
    isCurrent: given.status === status,
    count: counts && toldCount(counts, status),
  })
  const shown =
    given.status === undefined || ALWAYS.includes(given.status) ? ALWAYS : [...ALWAYS, given.status]
  return [undefined, ...shown].map(chip)
}

function toldCount(counts: StatusCounts, status: Status | undefined): string | null {
  const counted = countOf(counts, status)
  return counted && `${counted.total.toLocaleString('en')}${counted.isExact ? '' : '+'}`
}

/** How many keys a list with this status has; null: that is not counted. */
export function countOf(
  counts: StatusCounts,
  status: Status | undefined,
): { total: number; isExact: boolean } | null {
  if (status === 'outside') return null
  const parts =
    status === undefined
      ? Object.values(counts)
      : status === 'usable'
        ? [counts.active, counts.expiring]
        : [counts[status]]
  const most = MAX_COUNTED - 1
  const isExact = parts.every((part) => part <= most)
  return { total: parts.reduce((sum, part) => sum + Math.min(part, most), 0), isExact }
}
