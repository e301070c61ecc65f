import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Measured } from './choose'
import { runTests } from './jest'
import type { Options } from './options'
import { HOME } from './tree'

/**
 * The test files that are run. Others of the command line, the browser and outages take minutes and see
 * nothing more; those of the architecture read the sources, which differ here.
 */
const TESTS = [
  ...['lib', 'http', 'security'].map((folder) => `__tests__/${folder}/**/*.test.ts`),
  '__tests__/e2e/shutdown.test.ts',
]
const STORE = path.join(HOME, 'coverage.json')
const REACHED = path.join(HOME, 'reached')
/**
 * A test that measures time cannot be used here if it fails without a mutant: instrumented code is slower.
 */
const SECONDS_A_FILE = 240

type Stored = { sources: string; files: Record<string, Measured & { hash: string }> }

/**
 * Which test file reaches which mutants, in its own process and in those that it starts, and how long it
 * takes; measured again only for files that have changed.
 */
export async function measure(
  sources: string,
  { workers, tests: wanted }: Pick<Options, 'workers' | 'tests'>,
  tell: (text: string) => void,
): Promise<Map<string, Measured>> {
  const support = hashOf(globSync('__tests__/support/*').sort())
  const tests = TESTS.flatMap((folder) => globSync(folder).sort()).filter(
    (test) => wanted.length === 0 || wanted.some((part) => test.includes(part)),
  )
  const kept = stored(sources)
  const files: Stored['files'] = {}
  for (const test of tests) {
    const known = kept[test]
    const hash = hashOf([test]) + support
    // A failure may be chance: the file is measured again.
    if (known?.hash === hash && known.passed) files[test] = known
  }
  const missing = tests.filter((test) => !files[test])
  if (missing.length > 0) tell(`recording what ${missing.length} of ${tests.length} test files reach ...`)
  // A handful at a time, so that results are kept if the run is stopped.
  for (let i = 0; i < missing.length; i += 8) {
    const some = missing.slice(i, i + 8)
    rmSync(REACHED, { recursive: true, force: true })
    mkdirSync(REACHED, { recursive: true })
    const run = await runTests(some, { coverage: REACHED, seconds: SECONDS_A_FILE * some.length, workers })
    for (const test of some) {
      const result = run.files.find((each) => each.test === test)
      if (!result?.passed)
        tell(
          `not asked, since it fails without a mutant: ${test} ${result?.failed.slice(0, 2).join('; ') ?? ''}`,
        )
      const { passed, milliseconds } = result ?? { passed: false, milliseconds: 0 }
      files[test] = { hash: hashOf([test]) + support, mutants: reachedBy(test), milliseconds, passed }
    }
    writeFileSync(STORE, JSON.stringify({ sources, files: { ...kept, ...files } }))
    tell(`${Math.min(i + 8, missing.length)} of ${missing.length}`)
  }
  return new Map(Object.entries(files))
}

function stored(sources: string): Stored['files'] {
  if (!existsSync(STORE)) return {}
  const known = JSON.parse(readFileSync(STORE, 'utf8')) as Stored
  return known.sources === sources ? known.files : {}
}

function reachedBy(test: string): string[] {
  const folder = path.join(REACHED, encodeURIComponent(test))
  if (!existsSync(folder)) return []
  const ids = readdirSync(folder).flatMap((name) => {
    try {
      return JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as string[]
    } catch {
      return [] // Its process was killed while it wrote.
    }
  })
  return [...new Set(ids)]
}

function hashOf(names: readonly string[]): string {
  const digest = createHash('sha256')
  for (const name of names) if (/\.\w+$/.test(name)) digest.update(readFileSync(name))
  return digest.digest('hex')
}
