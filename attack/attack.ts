import type { Stage } from './stage'

/** The result of an attack: the words of its line, and whether the server held. */
export type Seen = { seen: string; ok: boolean }
/** One attack; `short` if the tests run it. */
export type Attack = {
  kind: string
  tried: string
  /** Takes long, and is left out of the tests. */
  long?: true
  run: (stage: Stage, short: boolean) => Promise<Seen>
}

/** How often each was seen: `140 × 413`. */
export function tally(all: readonly (number | string)[]): string {
  const counts = new Map<number | string, number>()
  for (const one of all) counts.set(one, (counts.get(one) ?? 0) + 1)
  return [...counts].map(([what, times]) => (times === 1 ? String(what) : `${times} × ${what}`)).join(', ')
}

export const only = (all: readonly (number | string)[], ...allowed: (number | string)[]): boolean =>
  all.every((one) => allowed.includes(one))
