import { env } from '../env'
import type { Decision, Limit, Standing } from './limit'
import { networkOf } from './network'
import { ownCounters, takeLimits } from './take'

/**
 * Lookups under way at once for addresses over their failures: few, so that a flood leaves the database to
 * everybody else.
 */
const LANE = 4

const shared = globalThis as typeof globalThis & { clubkeysLane?: { busy: number } }
const lane = () => (shared.clubkeysLane ??= { busy: 0 })

/** Failed authentications from an address. Those whose address is not known for certain share one count. */
export function failuresFrom(address: string | null): Limit {
  const limit = env().RATE_LIMIT_FAILURES_PER_ADDRESS
  return { name: 'failures', id: address === null ? 'unknown' : networkOf(address), limit, windowSeconds: 60 }
}

/**
 * How an address stands that is over its failures, as far as this process has heard: asking Redis would cost
 * a good key a round trip.
 * @returns null while it is not
 */
export const overFailures = (failures: Limit): Standing[] | null => {
  const standing = ownCounters().look(failures)
  return standing.remaining === 0 ? [standing] : null
}

/** Counts a failed authentication. */
export function countFailure(failures: Limit): Decision | Promise<Decision> {
  const decision = takeLimits([failures])
  return decision instanceof Promise
    ? decision.then((known) => noted(failures, known))
    : noted(failures, decision)
}

function noted(failures: Limit, decision: Decision): Decision {
  const [{ remaining, resetSeconds } = { remaining: 0, resetSeconds: 1 }] = decision.standings
  if (remaining === 0 && !overFailures(failures)) ownCounters().useUp(failures, resetSeconds * 1000)
  return decision
}

/**
 * Makes a lookup for an address over its failures, if there is room beside those of others like it. @returns
 * null when there is none
 */
export function lookUpInLane<Answer>(lookUp: () => Promise<Answer>): Promise<Answer> | null {
  if (lane().busy >= LANE) return null
  lane().busy++
  return lookUp().finally(() => lane().busy--)
}
