import {
  LIMIT_NAMES,
  rateLimitStatus,
  type Decision,
  type Limit,
  type LimitName,
  type RateLimitStatus,
} from './limit'

type Counter = { used: number; ends: number }

/** Of each kind. Beyond it the counter whose window began first is dropped: its window ends soonest. */
const MAX_COUNTERS = 100_000

/**
 * Calls counted in this process: exact, since nothing here waits. A window begins with its first call, so
 * that not all windows begin at the same moment, and ends for all of its calls at once. Redis counts by the
 * same rules (`script.ts`).
 */
export class Counters {
  #kept = Object.fromEntries(LIMIT_NAMES.map((name) => [name, new Map()])) as Record<
    LimitName,
    Map<string, Counter>
  >

  constructor(private readonly max = MAX_COUNTERS) {}

  /**
   * Counts one call under all of these limits. If one that refuses has no room, it counts under none.
   * @param now whole milliseconds of a clock that only goes forward
   */
  take(limits: readonly Limit[], now = clock()): Decision {
    const met = limits.map((limit) => ({ limit, counter: this.#current(limit, now) }))
    const allowed = met.every(({ limit, counter }) => limit.onlyCounts || counter.used < limit.limit)
    if (allowed)
      for (const { limit, counter } of met) if (counter.used < limit.limit) this.#count(limit, counter)
    return {
      allowed,
      rateLimits: met.map(({ limit, counter }) => rateLimitStatus(limit, counter.used, counter.ends - now)),
    }
  }

  /** The status of a limit; nothing is counted. */
  look(limit: Limit, now = clock()): RateLimitStatus {
    const { used, ends } = this.#current(limit, now)
    return rateLimitStatus(limit, used, ends - now)
  }

  /** Notes that a limit was used up elsewhere. */
  useUp(limit: Limit, leftMs: number, now = clock()): void {
    this.#start(limit, { used: limit.limit, ends: now + leftMs })
  }

  #current({ name, id, windowSeconds }: Limit, now: number): Counter {
    const counter = this.#kept[name].get(id)
    const windowMs = windowSeconds * 1000
    // A window with more time left than it may last began under a longer one.
    return counter && now < counter.ends && counter.ends - now <= windowMs
      ? counter
      : { used: 0, ends: now + windowMs }
  }

  #count(limit: Limit, counter: Counter): void {
    if (counter.used++ === 0) this.#start(limit, counter)
  }

  /** In the order in which they begin. */
  #start({ name, id }: Limit, counter: Counter): void {
    const kept = this.#kept[name]
    kept.delete(id)
    kept.set(id, counter)
    if (kept.size > this.max) for (const first of kept.keys()) return void kept.delete(first)
  }
}

/** Whole milliseconds: with fractions, `now + window - now` can come out above the window. */
const clock = () => Math.floor(performance.now())
