import { createHash } from 'node:crypto'
import { RateLimiterPrisma, RateLimiterRes } from 'rate-limiter-flexible'
import { db } from '../db/client'

const WINDOW_SECONDS = 15 * 60

type Client = ReturnType<typeof db>
let made: { storeClient: Client; limiters: Map<string, RateLimiterPrisma> } | undefined

/**
 * How often one key may try something. Made once for each database client.
 * @param duration the window, in seconds
 */
export function attemptLimiter(
  name: string,
  points: number,
  duration: number = WINDOW_SECONDS,
): RateLimiterPrisma {
  const storeClient = db()
  if (made?.storeClient !== storeClient) made = { storeClient, limiters: new Map() }
  let limiter = made.limiters.get(name)
  if (!limiter) {
    const common = {
      storeClient,
      tableName: 'rateLimiterFlexible',
      duration,
      // Each limiter's timer would outlive the client and write past the log. The sweep deletes instead.
      clearExpiredByTimeout: false,
    }
    limiter = new RateLimiterPrisma({ ...common, keyPrefix: `sign-in ${name}`, points })
    made.limiters.set(name, limiter)
  }
  return limiter
}

/** Addresses of people are not kept in the clear where a count is enough. */
export const digest = (text: string) => createHash('sha256').update(text).digest('base64url')

export type AttemptLimits = { limiter: RateLimiterPrisma; key: string }[]

/** Counts the attempt; one that a limit refuses counts against no other. @returns seconds to wait, or null */
export async function tryToSpend(limits: AttemptLimits): Promise<number | null> {
  const spent: AttemptLimits = []
  try {
    for (const limit of limits) {
      await limit.limiter.consume(limit.key)
      spent.push(limit)
    }
    return null
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal
    await giveBack(spent)
    return Math.max(1, Math.ceil(refusal.msBeforeNext / 1000))
  }
}

export const giveBack = (limits: AttemptLimits) =>
  Promise.all(limits.map(({ limiter, key }) => limiter.reward(key, 1)))
