import type { ApiKeySort, ApiKeyStatus, FilteredStatus, Order } from '@/contracts/api-key-filter'
import type { Scope } from '@/contracts/permissions'

/** How long ago a key was last used, in days. */
export const USES = ['used-7', 'used-30', 'unused-30', 'unused-90'] as const
/** Within how many days a key ends, or that it never does. */
export const ENDS = ['7', '14', '30', '90', 'never'] as const
/** In how many of the last days a call of a key was refused or failed. */
export const FAILURES = ['1', '7', '30'] as const

/** What the keys page can be asked for; each field is one of its address. */
export type KeyFilters = {
  q?: string | undefined
  status?: FilteredStatus | 'outside' | undefined
  owner?: string | undefined
  scope?: Scope | undefined
  imported?: 'true' | 'false' | undefined
  used?: (typeof USES)[number] | undefined
  expires?: (typeof ENDS)[number] | undefined
  failed?: (typeof FAILURES)[number] | undefined
  sort?: ApiKeySort | undefined
  order?: Order | undefined
}

/** How many keys have each status, counted up to a bound. */
export type StatusCounts = Readonly<Record<ApiKeyStatus, number>>
