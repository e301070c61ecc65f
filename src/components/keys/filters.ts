import type { ApiKeySort, ApiKeyStatus } from '@/contracts/api-key-filter'
import type { Scope } from '@/contracts/permissions'

/** How long ago a key was last used, in days. */
export const USES = ['used-7', 'used-30', 'unused-30', 'unused-90'] as const

/** What the keys page can be asked for; each field is one of its address. */
export type KeyFilters = {
  q?: string | undefined
  status?: ApiKeyStatus | 'outside' | undefined
  owner?: string | undefined
  scope?: Scope | undefined
  imported?: 'true' | 'false' | undefined
  used?: (typeof USES)[number] | undefined
  sort?: ApiKeySort | undefined
}
