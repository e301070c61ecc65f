import type { RateLimit } from '@/contracts/rate-limit'

/** At most `limit` calls in a window that begins with the first of them. */
export type Rate = RateLimit

/**
 * Whose calls a limit counts: those of a key, a club, a sign-in; failed authentications from an address;
 * makings by one owner's keys or sessions in a club; endings by one credential; tokens that are not active and
 * that one credential asked about; reports of leaked tokens from an address.
 */
export const LIMIT_NAMES = [
  'key',
  'club',
  'session',
  'failures',
  'changes',
  'endings',
  'guesses',
  'reports',
] as const
export type LimitName = (typeof LIMIT_NAMES)[number]

/** A limit that applies to a request. */
export type Limit = Rate & {
  name: LimitName
  id: string
  /**
   * The call counts while there is room, and is never refused: it ends something, and others share this
   * limit.
   */
  onlyCounts?: true
  /**
   * Limits that usually apply together have the same slot; without one, the limit's id. A Redis Cluster
   * counts the limits of a slot in one place.
   */
  slot?: string
}

/** A limit after it was decided for a request. */
export type RateLimitStatus = Rate & {
  name: LimitName
  remaining: number
  resetSeconds: number
  onlyCounts?: true
}

/** `allowed`: every limit that refuses had room, and each was counted. Otherwise none was. */
export type Decision = { allowed: boolean; rateLimits: readonly RateLimitStatus[] }

/** @param leftMs until the window ends */
export function rateLimitStatus(
  { name, limit, windowSeconds, onlyCounts }: Limit,
  used: number,
  leftMs: number,
): RateLimitStatus {
  return {
    name,
    limit,
    windowSeconds,
    remaining: Math.max(0, limit - used),
    resetSeconds: Math.ceil(leftMs / 1000),
    ...(onlyCounts && { onlyCounts }),
  }
}
