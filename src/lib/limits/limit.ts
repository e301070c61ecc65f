import type { RateLimit } from '@/contracts/rate-limit'

/** At most `limit` calls in a window that begins with the first of them. */
export type Rate = RateLimit

/**
 * Whose calls are counted: a key's, a club's, a sign-in's, failed authentications from an address; changes
 * that make something, by one owner's keys or sessions in a club; endings by one credential.
 */
export const LIMIT_NAMES = ['key', 'club', 'session', 'failures', 'changes', 'endings'] as const
export type LimitName = (typeof LIMIT_NAMES)[number]

/** One of the limits that a request meets. */
export type Limit = Rate & {
  name: LimitName
  id: string
  /**
   * The call is counted while there is room, and never refused: it ends something, and others share this
   * limit.
   */
  onlyCounts?: true
  /**
   * Limits that most requests meet together share one; the limit's id if not given. A Redis Cluster counts
   * the limits of a slot in one place.
   */
  slot?: string
}

/** The status of a limit once a request was decided. */
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
