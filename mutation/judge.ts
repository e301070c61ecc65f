import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { testsFor, type Measured } from './choose'
import type { Mutant } from './instrument'
import { runTests } from './jest'
import type { Result } from './report'
import { TREE } from './tree'

/** A mutant that hangs counts as noticed, after several times what its tests take, and no less than this. */
const SECONDS_AT_LEAST = 60
const TIMES_AS_LONG = 5

/** Tries mutants one by one, and learns which tests notice those of a file. */
export class Judge {
  readonly #kills = new Map<string, Map<string, number>>()

  /**
   * @param budget seconds for all tests of one mutant
   * @param run how test files are run
   */
  constructor(
    private readonly measured: ReadonlyMap<string, Measured>,
    private readonly budget: number,
    private readonly run = runTests,
  ) {}

  async verdictOn(mutant: Mutant): Promise<Result> {
    const kills = this.#kills.get(mutant.file) ?? new Map<string, number>()
    this.#kills.set(mutant.file, kills)
    const tests = testsFor(mutant, this.measured, kills)
    const start = performance.now()
    const spent = () => (performance.now() - start) / 1000
    if (tests.length === 0) return { ...mutant, verdict: 'unreached', seconds: 0 }
    let asked = 0
    // The likeliest one alone, then the others together: for a short file, starting jest takes most of the
    // time.
    for (const some of [tests.slice(0, 1), tests.slice(1, 5), ...inGroups(tests.slice(5), 10)]) {
      if (some.length === 0) continue
      if (spent() > this.budget)
        return {
          ...mutant,
          verdict: 'survived',
          note: `${asked} of ${tests.length} test files in time`,
          seconds: spent(),
        }
      const noticed = await this.#ask(mutant, some)
      asked += some.length
      if (!noticed) continue
      kills.set(noticed.test, (kills.get(noticed.test) ?? 0) + 1)
      const { verdict, by } = noticed
      return { ...mutant, verdict, by, seconds: spent() }
    }
    return { ...mutant, verdict: 'survived', seconds: spent() }
  }

  /** Runs these until one notices the mutant. */
  async #ask(mutant: Mutant, tests: readonly string[]): Promise<Noticed | null> {
    for (let left = tests; left.length > 0;) {
      const { outcome, files } = await inPlace(mutant, () => this.#run(left, mutant))
      if (outcome === 'passed') return null
      const first = files.find(({ passed }) => !passed)
      const test = first?.test ?? left[0] ?? ''
      // On a busy machine a test fails by itself, too: that says nothing of the mutant.
      if ((await this.#run([test], mutant, false)).outcome === 'passed') {
        const by = `${test}${first?.failed[0] ? `: ${first.failed[0]}` : ''}`
        return { test, by, verdict: outcome === 'timeout' ? 'timeout' : 'killed' }
      }
      left = left.filter((one) => one !== test)
    }
    return null
  }

  #run(tests: readonly string[], { id, migration }: Mutant, active = true) {
    const usual = tests.reduce((sum, test) => sum + (this.measured.get(test)?.milliseconds ?? 0), 0) / 1000
    return this.run(tests, {
      ...(active && { mutant: id }),
      ownPostgres: Boolean(migration),
      seconds: Math.max(SECONDS_AT_LEAST, usual * TIMES_AS_LONG),
      stopAtFirst: true,
    })
  }
}

type Noticed = { test: string; by: string; verdict: 'killed' | 'timeout' }

/** A migration is changed on disk while it is tried: each run of the tests applies them afresh. */
async function inPlace<Value>({ file, migration }: Mutant, run: () => Promise<Value>): Promise<Value> {
  if (migration === undefined) return run()
  const place = path.join(TREE, file)
  const before = readFileSync(place)
  writeFileSync(place, migration)
  try {
    return await run()
  } finally {
    writeFileSync(place, before)
  }
}

const inGroups = <Item>(items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size))
