import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { startTestServer, stopTestServer } from '../__tests__/support/postgres'
import { sampleOf } from './choose'
import { measure } from './coverage'
import { stopTests } from './jest'
import type { Mutant } from './instrument'
import { Judge } from './judge'
import { readOptions, USAGE, type Options } from './options'
import { asText, equivalentOf, readEquivalents, scoreOf, type Result } from './report'
import { HOME, makeTree } from './tree'

// `npm run mutate`: changes the product in one place at a time and sees whether a test notices.

const RESULTS = path.join(HOME, 'results.jsonl')
const tell = (text: string) =>
  void process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`)

void main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`)
    process.exit(1)
  },
)

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2))
  mkdirSync(HOME, { recursive: true })
  tell('compiling all mutants in ...')
  const { mutants, sources } = await makeTree()
  const population = mutants.filter((mutant) => isWanted(mutant, options))
  const chosen = options.sample === null ? population : sampleOf(population, options.sample, options.seed)
  tell(`${chosen.length} of ${population.length} mutants`)
  await startTestServer()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => {
      stopTests()
      void stopTestServer().finally(() => process.exit(1))
    })
  try {
    const measured = await measure(sources, options, tell)
    const results = await judgeAll(chosen, new Judge(measured, options.budget), options)
    finish(results, population)
  } finally {
    await stopTestServer()
  }
}

const isWanted = ({ file, mutator }: Mutant, { only, mutator: names }: Options) =>
  (only.length === 0 || only.some((part) => file.includes(part))) &&
  (names.length === 0 || names.includes(mutator))

async function judgeAll(chosen: readonly Mutant[], judge: Judge, options: Options): Promise<Result[]> {
  const equivalents = readEquivalents()
  const known = options.resume ? earlier() : new Map<string, Result>()
  if (!options.resume) rmSync(RESULTS, { force: true })
  const results: Result[] = []
  const judgeOne = async (mutant: Mutant) => {
    const equivalent = equivalentOf(mutant, equivalents)
    const before = known.get(keyOf(mutant))
    const result: Result = equivalent
      ? { ...mutant, verdict: 'equivalent', note: equivalent.reason, seconds: 0 }
      : (before ?? (await judge.verdictOn(mutant)))
    results.push(result)
    if (result !== before) appendFileSync(RESULTS, `${JSON.stringify({ ...result, migration: undefined })}\n`)
    const { file, line, verdict, by = '', seconds } = result
    tell(`${results.length}/${chosen.length} ${verdict} ${file}:${line} ${mutant.mutator} ${seconds.toFixed(0)} s ${by}`) // prettier-ignore
  }
  // A migration's mutant is in a file that all tests read: it runs alone.
  for (const mutant of chosen.filter(({ migration }) => migration !== undefined)) await judgeOne(mutant)
  const waiting = chosen.filter(({ migration }) => migration === undefined)
  const work = async () => {
    for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) await judgeOne(mutant)
  }
  await Promise.all(Array.from({ length: options.workers }, work))
  return results
}

/** The same change of the same text. A survivor is tried again: there may be a test for it now. */
const keyOf = ({ file, mutator, original, replacement, line, column }: Mutant) =>
  JSON.stringify([file, mutator, original, replacement, line, column])

function earlier(): Map<string, Result> {
  if (!existsSync(RESULTS)) return new Map()
  const lines = readFileSync(RESULTS, 'utf8').split('\n').filter(Boolean)
  const results = lines.map((line) => JSON.parse(line) as Result)
  return new Map(
    results
      .filter(({ verdict }) => verdict === 'killed' || verdict === 'timeout')
      .map((result) => [keyOf(result), result]),
  )
}

function finish(results: readonly Result[], population: readonly Mutant[]): void {
  const text = asText(results, population)
  const shown = results.map(({ migration: _, ...rest }) => rest)
  writeFileSync(
    path.join(HOME, 'report.json'),
    JSON.stringify({ ...scoreOf(results, population.length), results: shown }, null, 1),
  )
  writeFileSync(path.join(HOME, 'report.txt'), text)
  process.stdout.write(text)
}
