import type { RateLimitStatus } from '@/lib/limits/limit'

/**
 * `RateLimit-Policy` and `RateLimit` as Lists of RFC 9651 (draft-ietf-httpapi-ratelimit-headers-11): one item
 * for each limit that was met.
 */
export function limitHeaders(rateLimits: readonly RateLimitStatus[]): Record<string, string> {
  if (rateLimits.length === 0) return {}
  return {
    'ratelimit-policy': rateLimits
      .map(({ name, limit, windowSeconds }) => `"${name}";q=${limit};w=${windowSeconds}`)
      .join(', '),
    ratelimit: rateLimits
      .map(({ name, remaining, resetSeconds }) => `"${name}";r=${remaining};t=${resetSeconds}`)
      .join(', '),
  }
}
