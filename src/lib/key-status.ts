import type { ApiKeyStatus } from '@/contracts/api-key-filter'

/** How long before its end a key counts as expiring, in milliseconds. */
export const EXPIRING_MS = 7 * 24 * 3600 * 1000

type Dates = { revokedAt: Date | null; expiresAt: Date | null; disabledAt: Date | null }

export function statusOf(key: Dates, now: number): ApiKeyStatus {
  if (key.revokedAt) return 'revoked'
  const left = key.expiresAt ? key.expiresAt.getTime() - now : Infinity
  if (left <= 0) return 'expired'
  if (key.disabledAt) return 'disabled'
  return left <= EXPIRING_MS ? 'expiring' : 'active'
}
