/** How long a request waits for its turn while others go on, in milliseconds. */
const PATIENCE_MS = 8_000
/**
 * Who waited longer than this, in milliseconds, when the database turns out to be away is told at once: after
 * a statement of their own it would be too late (G7).
 */
const SOON_MS = 50
/** A turn that takes longer, in milliseconds, waits for something else than us: it makes room for another. */
const HELD_MS = 1_000
/** The longest that turns are halted in one go, in milliseconds; then they go on for at least half of it. */
const HALT_MS = 500
/**
 * A halt ends when the database has said nothing for so long, in milliseconds: it may be away, and those who
 * wait are to hear of it within a second (G7).
 */
const QUIET_HALT_MS = 100
const LOOK_EVERY_MS = 100

type Bounds = {
  /** How many are under way at once, in all. */
  all: number
  /** And of each. */
  each?: number
  /** How long nobody may be served before who waits is refused, in milliseconds. */
  stalledMs: number
  /** When the database was last heard from, by the monotonic clock. */
  heardAt: () => number
}

/** A request and its turn. `go` begins it; `refuse` says that it does not get one. */
type Asked = { whose: string; since: number; go: Go; refuse: () => void }
type Go = () => void
const asItIs = (go: Go): Go => go

/**
 * Lets so many requests go at once, and the others wait in memory. Each caller in turn: one who sends a
 * thousand waits for those alone, and everybody else only until the next one ends.
 */
export class Turns {
  readonly #bounds: Required<Bounds>
  readonly #halts = new Set<object>()
  #haltTimer: NodeJS.Timeout | undefined
  #haltedAt = 0
  #noHaltUntil = 0
  /** Under way, the oldest first. */
  readonly #busy = new Set<Asked>()
  readonly #busyOf = new Map<string, number>()
  /** By caller; the first in the map is next. */
  readonly #waiting = new Map<string, Set<Asked>>()
  #servedAt = performance.now()
  /** How often we looked since. A process that did not run has kept nobody waiting. */
  #quietLooks = 0
  #timer: NodeJS.Timeout | undefined

  constructor(bounds: Bounds) {
    this.#bounds = { each: bounds.all, ...bounds }
  }

  /** How many are under way, and how many wait. */
  get sizes(): { busy: number; waiting: number } {
    let waiting = 0
    for (const all of this.#waiting.values()) waiting += all.size
    return { busy: this.#busy.size, waiting }
  }

  /**
   * Begins no turn for as long as the caller has something to do, within bounds.
   * @returns to be called once that is done
   */
  halt(): () => void {
    const now = performance.now()
    const halt = {}
    if (this.#halts.size === 0) {
      if (now < this.#noHaltUntil) return () => {}
      this.#haltedAt = now
      this.#haltTimer = setInterval(() => this.#lookAtHalts(), QUIET_HALT_MS / 4).unref()
    }
    this.#halts.add(halt)
    return () => {
      if (this.#halts.delete(halt) && this.#halts.size === 0) this.#endHalts()
    }
  }

  #lookAtHalts(): void {
    const now = performance.now()
    const quietMs = now - Math.max(this.#haltedAt, this.#bounds.heardAt())
    if (quietMs >= QUIET_HALT_MS || now - this.#haltedAt >= HALT_MS) this.#endHalts()
  }

  #endHalts(): void {
    const now = performance.now()
    clearInterval(this.#haltTimer)
    this.#halts.clear()
    this.#noHaltUntil = now + (now - this.#haltedAt) / 2
    this.#goOn()
  }

  /**
   * Calls `go` as soon as it is this request's turn, at once if there is room; or `refuse`, where that takes
   * too long.
   * @param kept makes a `go` that may be called later of one that must be called now
   * @returns to be called when the request is over, with whether it was served; undefined: nobody waits for
   *   it any more
   */
  take(whose: string, go: Go, refuse: () => void, kept = asItIs): (served: boolean | undefined) => void {
    const asked: Asked = { whose, since: performance.now(), go, refuse }
    if (this.#hasRoomFor(whose) && !this.#waiting.has(whose)) this.#begin(asked)
    else this.#wait(Object.assign(asked, { go: kept(go) }))
    return (served) => this.#end(asked, served)
  }

  #hasRoomFor = (whose: string): boolean =>
    this.#halts.size === 0 &&
    this.#busy.size < this.#bounds.all &&
    (this.#busyOf.get(whose) ?? 0) < this.#bounds.each

  #begin(asked: Asked): void {
    this.#busy.add(asked)
    this.#busyOf.set(asked.whose, (this.#busyOf.get(asked.whose) ?? 0) + 1)
    asked.go()
  }

  #wait(asked: Asked): void {
    const others = this.#waiting.get(asked.whose)
    if (others) others.add(asked)
    else this.#waiting.set(asked.whose, new Set([asked]))
    if (this.#timer) return
    this.#quietLooks = 0
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS).unref()
  }

  #end(asked: Asked, served: boolean | undefined): void {
    const now = performance.now()
    const before = this.#servedAt
    if (served) {
      this.#servedAt = now
      this.#quietLooks = 0
    }
    if (!this.#leave(asked)) return void this.#forget(asked)
    // Nobody was served since this one began, and it was not: the database is away.
    if (served === false && before <= asked.since) this.#refuse(({ since }) => now - since > SOON_MS)
    this.#goOn()
  }

  #leave(asked: Asked): boolean {
    if (!this.#busy.delete(asked)) return false
    const left = (this.#busyOf.get(asked.whose) ?? 1) - 1
    if (left === 0) this.#busyOf.delete(asked.whose)
    else this.#busyOf.set(asked.whose, left)
    return true
  }

  #goOn(): void {
    for (const [whose, all] of this.#waiting) {
      if (this.#halts.size > 0 || this.#busy.size >= this.#bounds.all) return
      if (!this.#hasRoomFor(whose)) continue
      const [next] = all
      // To the end of the round.
      this.#waiting.delete(whose)
      if (all.size > 1) this.#waiting.set(whose, all)
      if (!next) continue
      all.delete(next)
      this.#begin(Object.assign(next, { since: performance.now() }))
    }
    if (this.#waiting.size === 0) this.#rest()
  }

  #look(): void {
    const now = performance.now()
    for (const asked of this.#busy) {
      if (now - asked.since <= HELD_MS) break
      this.#leave(asked)
    }
    if (this.#halts.size === 0) this.#quietLooks++
    const stalledMs = this.#quietLooks * LOOK_EVERY_MS
    this.#refuse(({ since }) => {
      const waited = now - since
      return waited > PATIENCE_MS || Math.min(waited, stalledMs) > this.#bounds.stalledMs
    })
    this.#goOn()
  }

  #refuse(isToo: (asked: Asked) => boolean): void {
    for (const all of this.#waiting.values())
      for (const asked of all) {
        // Later ones have waited for less time.
        if (!isToo(asked)) break
        this.#forget(asked)
        asked.refuse()
      }
  }

  #forget(asked: Asked): void {
    const all = this.#waiting.get(asked.whose)
    if (all?.delete(asked) && all.size === 0) this.#waiting.delete(asked.whose)
  }

  #rest(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
