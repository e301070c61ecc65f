import type { RateLimit } from '@/contracts/rate-limit'
import { UsageError } from './command'

/** `600/60`: 600 calls in 60 seconds; `default`: what stands above it. @throws UsageError */
export function rateIn(text: string): RateLimit | null {
  if (text === 'default') return null
  const [, limit, windowSeconds] = /^(\d{1,9})\/(\d{1,9})$/.exec(text) ?? []
  if (!limit || !windowSeconds) throw new UsageError('a rate is CALLS/SECONDS, such as 600/60, or default')
  return { limit: Number(limit), windowSeconds: Number(windowSeconds) }
}

/** As {@link rateIn} reads it. */
export const rateText = (rate: RateLimit | null): string =>
  rate ? `${rate.limit}/${rate.windowSeconds}` : 'default'
