import type { Standing } from '@/lib/limits/limit'

/**
 * `RateLimit-Policy` and `RateLimit` as Lists of RFC 9651 (draft-ietf-httpapi-ratelimit-headers-11): one item
 * for each limit that was met.
 */
export function limitHeaders(standings: readonly Standing[]): Record<string, string> {
  if (standings.length === 0) return {}
  return {
    'ratelimit-policy': standings
      .map(({ name, limit, windowSeconds }) => `"${name}";q=${limit};w=${windowSeconds}`)
      .join(', '),
    ratelimit: standings
      .map(({ name, remaining, resetSeconds }) => `"${name}";r=${remaining};t=${resetSeconds}`)
      .join(', '),
  }
}
