import { amountOf } from '@/contracts/words'
import { invalid } from '../errors'
import type { Rate } from '../limits/limit'
import { keyCeiling, rateWithin, requireUnderCeiling } from '../limits/rate'
import { isAdmin } from '../permissions/scopes'
import type { Actor } from '../actor'

/** The rate that bounds what a key hands on: its own, or its club's if it has none. */
export type RateBound = { own: Rate | null; clubs: Rate }

/**
 * The rate of a key that is made or changed: as asked, and through a key never more than its own.
 * @param asked `undefined`: the same as that key's; `null`: the club's default
 * @throws Refusal `validation_failed` naming `rateLimit`
 */
export function keyRate(
  { rateBound }: { rateBound: RateBound | null },
  asked: Rate | null | undefined,
): Rate | null {
  if (asked === undefined) return rateBound?.own ?? null
  requireUnderCeiling(asked, keyCeiling(), 'rateLimit')
  if (rateIsWithin(asked, rateBound)) return asked
  throw invalid([
    { path: 'rateLimit', message: 'must not be more than what the key that asks for it may do' },
  ])
}

/**
 * Whether this person may give a key the rate. A key's calls use up the club's limit, too: so only an admin
 * may give one more than the club's usual rate. A key is bound by its own.
 * @param clubs the rate of the club's keys that have none of their own
 * @throws Refusal `validation_failed` naming `rateLimit`
 */
export function requireRateToGive({ via, roles }: Actor, rate: Rate | null, clubs: Rate): void {
  if (via.kind !== 'session' || isAdmin(roles) || rate === null || rateWithin(rate, clubs)) return
  const most = `${amountOf(clubs.limit, 'call')} in ${clubs.windowSeconds} s`
  throw invalid([
    {
      path: 'rateLimit',
      message: `must not be more than the club’s default, ${most}, unless an admin sets it`,
    },
  ])
}

/** @param bound null: no bound */
export function rateIsWithin(rate: Rate | null, bound: RateBound | null): boolean {
  if (!bound) return true
  // The club's default can be raised later: a key with a bound of its own must hand out nothing that grows.
  if (!rate) return bound.own === null
  return rateWithin(rate, bound.own ?? bound.clubs)
}
