import { LIMIT_NAMES, standing, type Decision, type Limit, type LimitName, type Standing } from './limit'

type Counter = { used: number; ends: number }

/** Of each kind. Beyond it the counter whose window began first is given up: of all, the one that has least left to say. */
const MAX_COUNTERS = 100_000

/**
 * Calls counted in this process: exact, since nothing here waits. A window begins with its first call, so that the callers' windows do
 * not all begin at the same moment, and ends for all of its calls at once. Redis counts by the same rules (`script.ts`).
 */
export class Counters {
  #kept = Object.fromEntries(LIMIT_NAMES.map((name) => [name, new Map()])) as Record<LimitName, Map<string, Counter>>

  constructor(private readonly max = MAX_COUNTERS) {}

  /**
   * Counts one call under all of these limits or, when one of them has no room, under none.
   * @param now whole milliseconds of a clock that only goes forward
   */
  take(limits: readonly Limit[], now = clock()): Decision {
    const counters = limits.map((limit) => this.#current(limit, now))
    const allowed = counters.every(({ used }, i) => used < (limits[i]?.limit ?? 0))
    if (allowed) for (const [i, limit] of limits.entries()) this.#count(limit, counters[i])
    return { allowed, standings: limits.map((limit, i) => stand(limit, counters[i], now)) }
  }

  /** How a limit stands; nothing is counted. */
  look(limit: Limit, now = clock()): Standing {
    return stand(limit, this.#current(limit, now), now)
  }

  /** Notes that a limit was used up elsewhere. */
  useUp(limit: Limit, leftMs: number, now = clock()): void {
    this.#start(limit, { used: limit.limit, ends: now + leftMs })
  }

  #current({ name, id, windowSeconds }: Limit, now: number): Counter {
    const counter = this.#kept[name].get(id)
    const windowMs = windowSeconds * 1000
    // A window that has more left than it may last was begun under a longer one.
    return counter && now < counter.ends && counter.ends - now <= windowMs ? counter : { used: 0, ends: now + windowMs }
  }

  #count(limit: Limit, counter: Counter | undefined): void {
    if (counter && counter.used++ === 0) this.#start(limit, counter)
  }

  /** In the order in which they begin. */
  #start({ name, id }: Limit, counter: Counter): void {
    const kept = this.#kept[name]
    kept.delete(id)
    kept.set(id, counter)
    if (kept.size > this.max) for (const first of kept.keys()) return void kept.delete(first)
  }
}

const stand = (limit: Limit, counter: Counter | undefined, now: number) => standing(limit, counter?.used ?? 0, (counter?.ends ?? now) - now)

/** Whole milliseconds: with fractions, `now + window - now` can come out above the window. */
const clock = () => Math.floor(performance.now())
