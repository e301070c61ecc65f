const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

/** How long to wait after each attempt that failed, in milliseconds: the schedule of Standard Webhooks. */
const WAITS_MS = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  10 * HOUR_MS,
] as const

/** The most that a receiver can ask for by `Retry-After`, in milliseconds. */
const LONGEST_MS = 10 * HOUR_MS
/** By how much a wait is longer than said at most: what failed together is not tried together again. */
const JITTER = 0.2

/**
 * When what failed is tried again, in milliseconds from now; null: never.
 * @param failed how many attempts have failed, this one included
 * @param askedMs how long the receiver asked to be left alone
 */
export function waitAfter(failed: number, askedMs = 0): number | null {
  const wait = WAITS_MS[failed - 1]
  if (wait === undefined) return null
  return Math.max(wait, Math.min(askedMs, LONGEST_MS)) * (1 + Math.random() * JITTER)
}

/** `Retry-After` (RFC 9110 §10.2.3) in milliseconds from now; 0 for what is none. */
export function retryAfterMs(header: string | undefined, now = Date.now()): number {
  if (header === undefined) return 0
  if (/^\d{1,9}$/.test(header)) return Number(header) * SECOND_MS
  const at = /^[A-Z][a-z]{2}, /.test(header) ? Date.parse(header) : NaN
  return Number.isNaN(at) ? 0 : Math.max(0, at - now)
}
