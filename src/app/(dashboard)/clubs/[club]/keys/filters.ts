import { z } from 'zod'
import type { ListApiKeysQuery } from '@/contracts/api-key'
import { API_KEY_SORTS, FILTERED_STATUSES, ORDERS, type ApiKeyFilter } from '@/contracts/api-key-filter'
import { scope } from '@/contracts/permissions'
import { hostId, line } from '@/contracts/text'
import { ENDS, FAILURES, USES, type KeyFilters } from '@/components/keys/filters'
import { refusePastedTokens } from '@/lib/auth/pasted-token'
import { once } from '../list-or-start'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/**
 * What the page's address asks for. Spans are reckoned by the server's clock, so that an address keeps its
 * meaning.
 */
export const keyFilters = z.strictObject({
  q: line(64).optional(),
  status: z.enum([...FILTERED_STATUSES, 'outside']).optional(),
  owner: hostId.optional(),
  scope: scope.optional(),
  imported: z.enum(['true', 'false']).optional(),
  used: z.enum(USES).optional(),
  expires: z.enum(ENDS).optional(),
  failed: z.enum(FAILURES).optional(),
})
const asked = keyFilters.extend({
  sort: z.enum(API_KEY_SORTS).optional(),
  order: z.enum(ORDERS).optional(),
})

type Query = Record<string, string | string[] | undefined>

/** What is asked for, with its order and without; null: every key. */
type Asked = { given: KeyFilters; filter: KeyFilters | null }

/** What the page is asked for. What cannot be, and a key that somebody pasted, asks for nothing. */
export function readFilters(query: Query): Asked {
  const found = Object.keys(asked.shape).flatMap((name) => {
    const value = once(query[name])
    return value === undefined ? [] : [[name, value] as const]
  })
  const parsed = asked.safeParse(Object.fromEntries(found))
  if (!parsed.success || pastesToken(found)) return { given: {}, filter: null }
  const { sort: _sort, order: _order, ...filter } = parsed.data
  return { given: parsed.data, filter: Object.keys(filter).length > 0 ? filter : null }
}

function pastesToken(found: unknown): boolean {
  try {
    refusePastedTokens(found)
    return false
  } catch {
    return true
  }
}

/** The same as the API's filter. */
export function asFilter(
  { q, status, owner, scope, imported, used, expires, failed }: z.output<typeof keyFilters>,
  now = Date.now(),
): ApiKeyFilter {
  // Rounded to whole hours: a cursor belongs to its query, so the next page must ask the same one.
  const inDays = (days: number) => new Date(now - (now % HOUR_MS) + days * DAY_MS)
  const [use, days] = used?.split('-') ?? []
  return {
    ...(q !== undefined && { q }),
    ...(status !== undefined && (status === 'outside' ? { policy: status } : { status })),
    ...(owner !== undefined && { ownerId: owner }),
    ...(scope !== undefined && { scope }),
    ...(imported !== undefined && { imported }),
    ...(use === 'used' && { usedSince: inDays(-Number(days)) }),
    ...(use === 'unused' && { unusedSince: inDays(-Number(days)) }),
    ...(expires === 'never' && { neverExpires: 'true' as const }),
    ...(expires !== undefined && expires !== 'never' && { expiresBefore: inDays(Number(expires)) }),
    ...(failed !== undefined && { failedSince: inDays(-Number(failed)) }),
  }
}

export function asQuery({ sort, order, ...filters }: KeyFilters): Partial<ListApiKeysQuery> {
  return { ...asFilter(filters), ...(sort && { sort }), ...(order && { order }) }
}

/** The same as the API's query, as text. */
export function asAddress(given: KeyFilters): string {
  const fields = Object.entries(asQuery(given)).map(([name, value]): [string, string] => [
    name,
    value instanceof Date ? value.toISOString() : (value as string),
  ])
  return new URLSearchParams(fields).toString()
}
