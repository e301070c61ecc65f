import { Refusal } from '../errors'
import { RateLimited } from './rate-limited'
import { recordFailure } from '../usage/record'
import { settings } from '../settings'
import type { Decision, Limit, RateLimitStatus } from './limit'
import { networkOf } from './network'
import { ownCounters, takeLimits } from './take'

/**
 * How many lookups addresses over their failures may make at once: few, so that a flood leaves the database
 * to everybody else.
 */
const LANE = 4

const shared = globalThis as typeof globalThis & { clubkeysLane?: { busy: number } }
const lane = () => (shared.clubkeysLane ??= { busy: 0 })

/**
 * The limit on failed authentications from an address. All addresses that are not known for certain share one
 * count.
 */
export function failuresFrom(address: string | null): Limit {
  const limit = settings().limits.failuresPerAddress
  return { name: 'failures', id: address === null ? 'unknown' : networkOf(address), limit, windowSeconds: 60 }
}

/**
 * The status of an address that is over its failures, as far as this process knows: asking Redis would cost a
 * good key a round trip.
 * @returns null while it is not
 */
export const overFailures = (failures: Limit): RateLimitStatus[] | null => {
  const status = ownCounters().look(failures)
  return status.remaining === 0 ? [status] : null
}

/** A credential that is not good, and how many more its address may present. */
export class InvalidToken extends Refusal {
  override name = 'InvalidToken'
  constructor(readonly rateLimits: readonly RateLimitStatus[]) {
    super('invalid_token', 'The access token is not valid.')
  }
}

/**
 * Counts a failed authentication, and refuses it.
 * @param keyId the key that the token belongs to, where that is known
 * @throws Refusal `invalid_token`, or `rate_limited` once the address is over its failures
 */
export async function refuseFailure(address: string | null, keyId: string | undefined): Promise<never> {
  const failures = failuresFrom(address)
  const known = overFailures(failures)
  const counted = known ? null : await countFailure(failures)
  const over = known ?? (counted && usedUp(counted))
  if (keyId) recordFailure(keyId, over ? 'limited' : 'denied')
  if (over) throw new RateLimited(over)
  // The count of unknown addresses is that of strangers.
  throw new InvalidToken(address === null ? [] : (counted?.rateLimits ?? []))
}

/** Counts a failure across all processes. A limit that is used up now is noted in this one. */
export async function countFailure(failures: Limit): Promise<Decision> {
  const decision = await takeLimits([failures])
  const [{ remaining, resetSeconds } = { remaining: 0, resetSeconds: 1 }] = decision.rateLimits
  if (remaining === 0 && !overFailures(failures)) ownCounters().useUp(failures, resetSeconds * 1000)
  return decision
}

/** @returns the limits that are used up, if a failure was one too many */
const usedUp = ({ allowed, rateLimits }: Decision): readonly RateLimitStatus[] | null =>
  allowed ? null : rateLimits

/**
 * Looks a key up for an address. A good key in use never gets here, even when memory has to ask about it
 * again: nobody else at its address can lock it out.
 * @throws RateLimited for an address over its failures, while others like it use all these lookups
 */
export const lookUpFor = <Answer>(address: string | null, lookUp: () => Promise<Answer>): Promise<Answer> =>
  lookUpUnder(failuresFrom(address), lookUp)

/** The same for whoever's failures these are. @throws RateLimited */
export function lookUpUnder<Answer>(failures: Limit, lookUp: () => Promise<Answer>): Promise<Answer> {
  const over = overFailures(failures)
  if (!over) return lookUp()
  const running = lookUpInLane(lookUp)
  if (!running) throw new RateLimited(over)
  return running
}

/**
 * Makes a lookup for an address over its failures, if there is room for one.
 * @returns null when there is none
 */
export function lookUpInLane<Answer>(lookUp: () => Promise<Answer>): Promise<Answer> | null {
  if (lane().busy >= LANE) return null
  lane().busy++
  return lookUp().finally(() => lane().busy--)
}
