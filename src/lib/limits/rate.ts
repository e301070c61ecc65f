import { amountOf } from '@/contracts/words'
import { settings } from '../settings'
import { invalid } from '../errors'
import type { Rate } from './limit'

type Columns = { rateLimit: number | null; rateWindow: number | null }

/**
 * A key's rate as it stands in the database, both columns or neither; never more than the operator allows.
 */
export const keptKeyRate = ({ rateLimit, rateWindow }: Columns): Rate | null =>
  keptRate(rateLimit, rateWindow, keyCeiling())

/** The same for all keys of a club together. */
export const keptClubRate = ({ rateLimit, rateWindow }: Columns): Rate | null =>
  keptRate(rateLimit, rateWindow, clubCeiling())

/** A row may be older than the ceiling: the lower one counts. */
function keptRate(limit: number | null, windowSeconds: number | null, ceiling: Rate): Rate | null {
  if (limit === null || windowSeconds === null) return null
  const kept = sharedRate(limit, windowSeconds)
  return rateWithin(kept, ceiling) ? kept : ceiling
}

/** The operator's ceiling for any one key, and for all keys of a club: no club and no admin gives more. */
export const keyCeiling = (): Rate =>
  sharedRate(settings().limits.maxPerKey ?? settings().limits.perClub, MINUTE)
export const clubCeiling = (): Rate => sharedRate(settings().limits.perClub, MINUTE)

/** @throws Refusal `validation_failed` naming `path` and the ceiling */
export function requireUnderCeiling(rate: Rate | null | undefined, ceiling: Rate, path: string): void {
  if (!rate || rateWithin(rate, ceiling)) return
  const most = `${amountOf(ceiling.limit, 'call')} in ${ceiling.windowSeconds} s`
  throw invalid([
    { path, message: `must not be more than this server allows, ${most}, at any moment or in the long run` },
  ])
}

/** The columns of a rate. */
export const rateColumns = (rate: Rate | null) => ({
  rateLimit: rate?.limit ?? null,
  rateWindow: rate?.windowSeconds ?? null,
})

/** Whether a rate never allows more than another one: in no single moment, and not in the long run. */
export const rateWithin = (rate: Rate, bound: Rate): boolean =>
  rate.limit <= bound.limit && rate.limit * bound.windowSeconds <= bound.limit * rate.windowSeconds

/** The rate of a club's keys that have none of their own. */
export const clubsKeyRate = (club: { keyRateLimit: number | null; keyRateWindow: number | null }): Rate =>
  keptKeyRate({ rateLimit: club.keyRateLimit, rateWindow: club.keyRateWindow }) ?? usualKeyRate()

/** The server's setting, for keys in a club that has none of its own. */
export const usualKeyRate = (): Rate => sharedRate(settings().limits.perKey, MINUTE)

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
