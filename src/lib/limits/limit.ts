import type { RateLimit } from '@/contracts/rate-limit'

/** At most `limit` calls in a window that begins with the first of them. */
export type Rate = RateLimit

/**
 * Whose calls are counted: a key's, a club's, failed authentications from an address, changes of keys and
 * members by a user.
 */
export const LIMIT_NAMES = ['key', 'club', 'failures', 'changes'] as const
export type LimitName = (typeof LIMIT_NAMES)[number]

/** One of the limits that a request meets. */
export type Limit = Rate & { name: LimitName; id: string }

/** How a limit stands once a request was decided. */
export type Standing = Rate & { name: LimitName; remaining: number; resetSeconds: number }

/** `allowed`: every limit had room, and each was counted. Otherwise none was. */
export type Decision = { allowed: boolean; standings: readonly Standing[] }

/** @param leftMs until the window ends */
export function standing({ name, limit, windowSeconds }: Limit, used: number, leftMs: number): Standing {
  return {
    name,
    limit,
    windowSeconds,
    remaining: Math.max(0, limit - used),
    resetSeconds: Math.ceil(leftMs / 1000),
  }
}
