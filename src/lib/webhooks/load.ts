import { wakeOutboxes } from '../outbox/wake'
import type { ClaimedDelivery, UnderWay } from './claim'

/** What takes longer, in milliseconds, takes no room from others any more, but from what is slow as well. */
export const SLOW_MS = 1_000

/** How many are under way at once, in this process: quick ones, slow ones, and all. */
export type Room = { quick: number; slow: number; all: number }

/** What this process is sending now, so that nobody's receivers take all of it. */
export class Load {
  readonly #endpoints = new Map<string, number>()
  readonly #clubs = new Map<string, number>()
  readonly #hosts = new Map<string, number>()
  readonly #clubHosts = new Map<string, number>()
  #all = 0
  #slow = 0

  constructor(private readonly room: Room) {}

  /** How many more can be sent now. */
  free(): number {
    return Math.max(0, Math.min(this.room.quick - (this.#all - this.#slow), this.room.all - this.#all))
  }

  /** @returns ends it */
  take({ endpointId, clubId, host }: ClaimedDelivery): () => void {
    const counted = [
      [this.#endpoints, endpointId],
      [this.#clubs, clubId],
      [this.#hosts, host],
      [this.#clubHosts, `${clubId} ${host}`],
    ] as const
    for (const [counts, key] of counted) counts.set(key, (counts.get(key) ?? 0) + 1)
    const endSlow = this.#watch()
    return () => {
      endSlow()
      for (const [counts, key] of counted) {
        const left = (counts.get(key) ?? 1) - 1
        if (left > 0) counts.set(key, left)
        else counts.delete(key)
      }
    }
  }

  #watch(): () => void {
    this.#all++
    let isSlow = false
    const timer = setTimeout(() => {
      isSlow = true
      this.#slow++
      wakeOutboxes()
    }, SLOW_MS).unref()
    return () => {
      clearTimeout(timer)
      this.#all--
      if (isSlow) this.#slow--
    }
  }

  underWay(): UnderWay {
    return {
      endpoints: Object.fromEntries(this.#endpoints),
      clubs: Object.fromEntries(this.#clubs),
      hosts: Object.fromEntries(this.#hosts),
      clubHosts: Object.fromEntries(this.#clubHosts),
      slow: this.#slow >= this.room.slow,
    }
  }
}
