import { settings } from '../settings'
import { log } from '../log'
import { counter } from '../metrics'
import { Counters } from './counters'
import type { Decision, Limit } from './limit'
import { parseRedisUrl } from './redis-address'
import type { RedisCounters } from './redis-counters'

/**
 * How long a start waits for Redis, in milliseconds. Without it the process counts by itself, and says so.
 */
const START_PATIENCE_MS = 1_000

type State = { own: Counters; redis: RedisCounters | null; connected: Promise<void> }
const shared = globalThis as typeof globalThis & { clubkeysLimits?: State }

/** On `globalThis`, because the framework loads middleware and handlers as separate module instances. */
function state(): State {
  if (shared.clubkeysLimits) return shared.clubkeysLimits
  const made: State = { own: new Counters(), redis: null, connected: Promise.resolve() }
  shared.clubkeysLimits = made
  const { url } = settings().redis
  if (url) made.connected = connect(made, url)
  return made
}

/**
 * Counts a request in this process: under all of its limits, or under none if one has no room.
 * @returns null where Redis counts: nothing was counted
 */
export function takeHere(limits: readonly Limit[]): Decision | null {
  const { own, redis } = state()
  if (redis?.isUp) return null
  const decision = own.take(limits)
  // Who is refused here asks `takeLimits` again, which counts that.
  return decision.allowed ? noted(decision) : decision
}

const decisions = counter('clubkeys_limit_decisions_total', 'Calls counted under limits.', 'decision', [
  'allowed',
  'refused',
])
const [allowed, refused] = [decisions('allowed'), decisions('refused')]

function noted(decision: Decision): Decision {
  if (decision.allowed) allowed.count++
  else refused.count++
  return decision
}

/** The same in this process or, with `REDIS_URL`, across all. Not a promise where this process counts. */
export function takeLimits(limits: readonly Limit[]): Decision | Promise<Decision> {
  const { own, redis } = state()
  const decision = redis ? redis.take(limits) : own.take(limits)
  return decision instanceof Promise ? decision.then(noted) : noted(decision)
}

/** The counts of this process alone. */
export const ownCounters = (): Counters => state().own

/**
 * Connects to Redis if there is one, and waits a moment for it: earlier calls would not be counted across
 * processes.
 */
export const connectLimits = (): Promise<void> => state().connected

/** Whether limits are counted in Redis right now; null without one. */
export async function redisAnswers(): Promise<boolean | null> {
  return (await state().redis?.probe()) ?? null
}

/** The same as it was last known, without asking. */
export const countingInRedis = (): boolean | null => state().redis?.isUp ?? null

export function closeLimits(): void {
  shared.clubkeysLimits?.redis?.close()
  delete shared.clubkeysLimits
}

/** Loaded only where there is a Redis. */
async function connect(made: State, url: string): Promise<void> {
  const address = parseRedisUrl(url)
  if (!address) return
  const { RedisCounters } = await import('./redis-counters')
  made.redis = new RedisCounters(address, made.own)
  const patience = new Promise<boolean>((resolve) =>
    setTimeout(() => resolve(false), START_PATIENCE_MS).unref(),
  )
  if (await Promise.race([made.redis.counting, patience])) log.info('limits are counted in Redis')
}
