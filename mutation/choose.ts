import type { Mutant } from './instrument'

/**
 * A sample of so many, spread over the folders by their size; the same for the same seed. A larger sample
 * contains a smaller one, except for rounding.
 */
export function sampleOf(mutants: readonly Mutant[], size: number, seed: number): Mutant[] {
  if (size >= mutants.length) return [...mutants]
  const folders = Map.groupBy(mutants, ({ folder }) => folder)
  const random = randomFrom(seed)
  const shares = [...folders.values()].map((all) => ({
    shuffled: shuffled(all, random),
    exact: (size * all.length) / mutants.length,
  }))
  const counts = shares.map(({ exact }) => Math.floor(exact))
  const byRest = shares.map(({ exact }, i) => ({ i, rest: exact % 1 })).sort((a, b) => b.rest - a.rest)
  const missing = size - counts.reduce((sum, count) => sum + count, 0)
  for (const { i } of byRest.slice(0, missing)) counts[i] = (counts[i] ?? 0) + 1
  const chosen = shares.flatMap(({ shuffled }, i) => shuffled.slice(0, counts[i]))
  // Not in the order of the files, so that a run that is stopped has covered something of each.
  return shuffled(chosen, random)
}

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)
}

/** mulberry32: small, and the same everywhere. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** What a run without any mutant showed about a test file. */
export type Measured = { mutants: string[]; milliseconds: number; passed: boolean }

/**
 * The test files that reach a mutant, the likeliest to notice first: those that killed others in the same
 * source, those named like it, the quick ones.
 * @param kills how often a test file killed a mutant of this source file
 */
export function testsFor(
  mutant: Mutant,
  measured: ReadonlyMap<string, Measured>,
  kills: ReadonlyMap<string, number>,
): string[] {
  const reaching = [...measured].filter(([, { passed }]) => passed)
  const stem = (file: string) => /([^/]+?)(\.test)?\.ts$/.exec(file)?.[1] ?? ''
  const score = (test: string, { milliseconds }: Measured) =>
    (kills.get(test) ?? 0) * 3 + 3 * sharedWords(stem(test), stem(mutant.file)) - milliseconds / 5_000
  return reaching
    .filter(([test, { mutants }]) =>
      mutant.migration === undefined ? mutants.includes(mutant.id) : /__tests__\/(lib|security)\//.test(test),
    )
    .map(([test, each]) => ({
      test,
      score: score(test, each) + (mutant.migration && /-nets\.test/.test(test) ? 20 : 0),
    }))
    .sort((a, b) => b.score - a.score)
    .map(({ test }) => test)
}

/** `rate` and `key-rate` share one. */
function sharedWords(a: string, b: string): number {
  const words = new Set(a.split('-'))
  return b.split('-').filter((word) => words.has(word)).length
}
