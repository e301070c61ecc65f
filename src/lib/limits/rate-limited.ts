import { Refusal } from '../errors'
import type { LimitName, RateLimitStatus } from './limit'

const OVER: Record<LimitName, string> = {
  key: 'This key has made all the calls it may for now.',
  club: 'The keys of this club have made all the calls they may for now.',
  failures: 'Too many credentials from your address were not valid.',
  session: 'You have made all the calls that one sign-in may for now.',
  changes: 'You have made as many keys, members and rights as you may for now.',
  endings: 'This credential has ended as many keys, members and rights as it may for now.',
  guesses: 'This credential has asked about as many tokens that are not active as it may for now.',
  reports: 'Your address has sent as many reports as it may for now.',
}

/** Over a limit (RFC 6585 §4). */
export class RateLimited extends Refusal {
  override name = 'RateLimited'
  /** Until every limit that refused has begun again. */
  readonly retryAfterSeconds: number
  constructor(readonly rateLimits: readonly RateLimitStatus[]) {
    const over = rateLimits.filter(({ remaining, onlyCounts }) => remaining === 0 && !onlyCounts)
    const wait = Math.max(1, ...over.map(({ resetSeconds }) => resetSeconds))
    super('rate_limited', `${over.map(({ name }) => OVER[name]).join(' ')} Try again in ${wait} s.`)
    this.retryAfterSeconds = wait
  }
}
