import { z } from 'zod'
import type { ListApiKeysQuery } from '@/contracts/api-key'
import { API_KEY_SORTS, API_KEY_STATUSES, type ApiKeyFilter } from '@/contracts/api-key-filter'
import { scope } from '@/contracts/permissions'
import { id, line } from '@/contracts/text'
import { USES, type KeyFilters } from '@/components/keys/filters'
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
  status: z.enum([...API_KEY_STATUSES, 'outside']).optional(),
  owner: id.optional(),
  scope: scope.optional(),
  imported: z.enum(['true', 'false']).optional(),
  used: z.enum(USES).optional(),
})
const asked = keyFilters.extend({ sort: z.enum(API_KEY_SORTS).optional() })

type Query = Record<string, string | string[] | undefined>

type Asked = {
  given: KeyFilters
  /** Without its order; null: every key. */ filter: KeyFilters | null
  address: URLSearchParams
}

/**
 * What is asked for, once as values and once as an address again. What cannot be, and a key that somebody
 * pasted, asks for nothing.
 */
export function readFilters(query: Query): Asked {
  const found = Object.keys(asked.shape).flatMap((name) => {
    const value = once(query[name])
    return value === undefined ? [] : [[name, value] as const]
  })
  const parsed = asked.safeParse(Object.fromEntries(found))
  if (!parsed.success || pastesToken(found))
    return { given: {}, filter: null, address: new URLSearchParams() }
  const { sort: _sort, ...filter } = parsed.data
  const address = new URLSearchParams(found.map(([name, value]) => [name, value]))
  return { given: parsed.data, filter: Object.keys(filter).length > 0 ? filter : null, address }
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
  { q, status, owner, scope, imported, used }: z.output<typeof keyFilters>,
  now = Date.now(),
): ApiKeyFilter {
  const [use, days] = used?.split('-') ?? []
  // Rounded to whole hours: a cursor belongs to its query, so the next page must ask the same one.
  const since = new Date(now - (now % HOUR_MS) - Number(days) * DAY_MS)
  return {
    ...(q !== undefined && { q }),
    ...(status !== undefined && (status === 'outside' ? { policy: status } : { status })),
    ...(owner !== undefined && { ownerId: owner }),
    ...(scope !== undefined && { scope }),
    ...(imported !== undefined && { imported }),
    ...(use === 'used' && { usedSince: since }),
    ...(use === 'unused' && { unusedSince: since }),
  }
}

export function asQuery({ sort, ...filters }: KeyFilters): Partial<ListApiKeysQuery> {
  return { ...asFilter(filters), ...(sort && { sort }) }
}
