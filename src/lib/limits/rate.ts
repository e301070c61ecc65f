import { env } from '../env'
import type { Rate } from './limit'

/** As it stands in the database: both or neither. */
export const keptRate = (limit: number | null, windowSeconds: number | null): Rate | null =>
  limit === null || windowSeconds === null ? null : sharedRate(limit, windowSeconds)

/** The columns of a rate. */
export const rateColumns = (rate: Rate | null) => ({
  rateLimit: rate?.limit ?? null,
  rateWindow: rate?.windowSeconds ?? null,
})

/** Whether a rate lets nobody do more than another: not in any one moment, and not in the long run. */
export const rateWithin = (rate: Rate, bound: Rate): boolean =>
  rate.limit <= bound.limit && rate.limit * bound.windowSeconds <= bound.limit * rate.windowSeconds

/** The rate of a club's keys that have none of their own. */
export const clubsKeyRate = (club: { keyRateLimit: number | null; keyRateWindow: number | null }): Rate =>
  keptRate(club.keyRateLimit, club.keyRateWindow) ?? usualKeyRate()

/** As the server is set, for keys in a club that says nothing else. */
export const usualKeyRate = (): Rate => sharedRate(env().RATE_LIMIT_PER_KEY, MINUTE)

/** The same for all keys of a club together. */
export const usualClubRate = (): Rate => sharedRate(env().RATE_LIMIT_PER_CLUB, MINUTE)

const MINUTE = 60
const MAX_SHARED = 10_000
const rates = new Map<string, Rate>()

/** One object for all keys of the same rate: a hundred thousand remembered keys share a few. */
function sharedRate(limit: number, windowSeconds: number): Rate {
  const name = `${limit}/${windowSeconds}`
  const rate = rates.get(name) ?? { limit, windowSeconds }
  if (rates.size < MAX_SHARED) rates.set(name, rate)
  return rate
}
