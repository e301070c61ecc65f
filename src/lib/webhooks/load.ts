import { BOUNDS, type ClaimedDelivery, type Full } from './claim'

/** What this process is sending now, so that nobody's receivers take all of it. */
export class Load {
  readonly #endpoints = new Map<string, number>()
  readonly #clubs = new Map<string, number>()
  readonly #hosts = new Map<string, number>()

  /** @returns ends it */
  take({ endpointId, clubId, host }: ClaimedDelivery): () => void {
    const counted = [
      [this.#endpoints, endpointId],
      [this.#clubs, clubId],
      [this.#hosts, host],
    ] as const
    for (const [counts, key] of counted) counts.set(key, (counts.get(key) ?? 0) + 1)
    return () => {
      for (const [counts, key] of counted) {
        const left = (counts.get(key) ?? 1) - 1
        if (left > 0) counts.set(key, left)
        else counts.delete(key)
      }
    }
  }

  full(): Full {
    const over = (counts: Map<string, number>, bound: number) =>
      [...counts].flatMap(([key, count]) => (count >= bound ? [key] : []))
    return {
      endpoints: Object.fromEntries(this.#endpoints),
      clubs: over(this.#clubs, BOUNDS.club),
      hosts: over(this.#hosts, BOUNDS.host),
    }
  }
}
