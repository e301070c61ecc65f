import path from 'node:path'
import { installApart } from '../scripts/setup/install-apart.mjs'
import { explain } from '../scripts/start/explain'
import { stopSignal } from '../scripts/start/stop-signal'
import { sweepAbandoned } from '../__tests__/support/temporary'
import { http } from './suites/http'
import { imports } from './suites/imports'
import { memory } from './suites/memory'
import { pages } from './suites/pages'
import { revocation } from './suites/revocation'
import { scale } from './suites/scale'
import { verify } from './suites/verify'
import { buildApp, buildProduct } from './support/build'
import { makeWay } from './support/cores'
import type { Figures } from './support/figures'
import { readOptions, type Options } from './support/options'
import { publish, resultsOf, tables } from './support/report'
import { ROOT } from './support/processes'
import { setStage } from './support/stage'
import type { Suite } from './support/suite'
import { tearDown } from './support/teardown'

// `npm run bench`: measures everything in one go, prints it, and writes bench/results.json and
// docs/benchmarks.md.
// --quick: in three minutes, printed only. --only SUITE,SUITE: some of it, printed only.

// Revocation last: the keys it ends are among those that the others verify.
const SUITES: Record<string, Suite> = { verify, http, pages, memory, scale, imports, revocation }
const LONGEST_MS = { quick: 10 * 60_000, full: 90 * 60_000 }

const started = Date.now()
const say = (line: string) =>
  void process.stderr.write(`${((Date.now() - started) / 1000).toFixed(0).padStart(4)} s  ${line}\n`)

void main().then((code) => process.exit(code))

async function main(): Promise<number> {
  const stop = stopSignal(() => process.exit(1))
  try {
    const options = readOptions(process.argv.slice(2), Object.keys(SUITES))
    await Promise.race([
      measure(options, stop),
      ended(stop, options.quick ? LONGEST_MS.quick : LONGEST_MS.full),
    ])
    return 0
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`)
    return stop.aborted ? 130 : 1
  } finally {
    await tearDown()
  }
}

async function measure({ quick, only, rounds }: Options, stop: AbortSignal): Promise<void> {
  const names = Object.keys(SUITES).filter((name) => only === null || only.includes(name))
  const has = (...suites: string[]) => suites.some((suite) => names.includes(suite))
  if (has('verify'))
    installApart(path.join(ROOT, 'bench'), () =>
      say('installing what we are measured against (npm ci in bench)'),
    )
  if (has('http', 'pages')) await buildProduct(stop)
  if (has('http')) await buildApp('open')
  if (has('http', 'revocation')) await buildApp('guarded')
  makeWay()
  // What a run that was killed left behind would run beside us.
  await sweepAbandoned()
  const stage = await setStage()
  const figures: Figures = {}
  try {
    for (const name of names) Object.assign(figures, await SUITES[name]?.({ stage, quick, rounds, say }))
  } finally {
    // A suite that fails after an hour must not take the figures of the others along.
    process.stdout.write(`${tables(figures)}\n`)
  }
  if (!quick && only === null) publish(resultsOf(figures, stage.postgresVersion), names, rounds)
  say('done')
}

/** Rejects when the run is to end before its time. */
function ended(stop: AbortSignal, longestMs: number): Promise<never> {
  return new Promise((_, reject) => {
    stop.addEventListener('abort', () => reject(new Error('Stopped.')))
    setTimeout(() => reject(new Error(`Not done after ${longestMs / 60_000} minutes.`)), longestMs).unref()
  })
}
