/**
 * So many lines at once, and so many a second in the long run: what anybody can cause must not fill the disk.
 */
export class LineBudget {
  #left: number
  #at = performance.now()
  #leftOut = 0

  constructor(
    private readonly atOnce: number,
    private readonly perSecond: number,
  ) {
    this.#left = atOnce
  }

  /** @returns how many lines were left out since the last one; null where this one has no room either */
  take(now = performance.now()): number | null {
    this.#left = Math.min(this.atOnce, this.#left + ((now - this.#at) / 1000) * this.perSecond)
    this.#at = now
    if (this.#left < 1) {
      this.#leftOut++
      return null
    }
    this.#left--
    const leftOut = this.#leftOut
    this.#leftOut = 0
    return leftOut
  }
}
