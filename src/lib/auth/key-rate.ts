import { invalid } from '../errors'
import type { Rate } from '../limits/limit'
import { keyCeiling, rateWithin, requireUnderCeiling } from '../limits/rate'
import { isAdmin } from '../permissions/scopes'
import type { Actor } from './actor'

/** How much a key may do that makes or changes keys: its own rate, if it has one, else its club's. */
export type RateBound = { own: Rate | null; clubs: Rate }

/**
 * The rate of a key that is made or changed: as asked, and through a key never more than that key's own.
 * @param asked `undefined`: the same as that; `null`: the club's default
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
 * Whether this person may give a key the rate. What a key takes is taken from all keys of the club: only an
 * admin lets one take more than each may. A key is bound by its own.
 * @param clubs what keys of the club may do that have no rate of their own
 * @throws Refusal `validation_failed` naming `rateLimit`
 */
export function requireRateToGive({ via, roles }: Actor, rate: Rate | null, clubs: Rate): void {
  if (via.kind !== 'session' || isAdmin(roles) || rate === null || rateWithin(rate, clubs)) return
  const most = `${clubs.limit} calls in ${clubs.windowSeconds} s`
  throw invalid([
    {
      path: 'rateLimit',
      message: `must not be more than the club’s default, ${most}, unless an admin sets it`,
    },
  ])
}

/** @param bound null: there is none */
export function rateIsWithin(rate: Rate | null, bound: RateBound | null): boolean {
  if (!bound) return true
  // The club's default can be raised later: a key that is bound itself hands out nothing that grows.
  if (!rate) return bound.own === null
  return rateWithin(rate, bound.own ?? bound.clubs)
}
