import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import path from 'node:path'
import { sweepAbandoned } from '../__tests__/support/temporary'
import { tokensIn } from '../__tests__/support/tokens-in'
import { buildWhenStale } from './start/build'
import { explain } from './start/explain'
import { stopSignal } from './start/stop-signal'
import { provideSystemPackages } from './test/system-packages'

// `npm test`: builds the app, which the HTTP tests run, then runs every test. The last line says what came
// out. Arguments go to jest: npm test -- __tests__/lib

/** On two cores two workers take 40 s where one takes 70: most tests wait for a server. */
const WORKERS = Math.max(2, availableParallelism() - 1)

type Report = {
  numPassedTests: number
  numFailedTests: number
  /** Files that did not even load. */
  numRuntimeErrorTestSuites: number
  numPendingTests: number
  numTodoTests: number
}

/** `report`: null where it did not run to its end. */
type Run = { report: Report | null; printed: string }

/** A developer's own database or secret is none of the tests' business. */
const OWN = /^(DATABASE_|NEXTAUTH_|REDIS_|CLUBKEYS_)|^(PORT|NODE_ENV)$/

void main().then((code) => process.exit(code))

async function main(): Promise<number> {
  const folder = mkdtempSync(path.join(tmpdir(), 'clubkeys-report-'))
  const env = {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !OWN.test(name))),
    NODE_ENV: 'test' as const,
  }
  const stop = stopSignal(() => process.exit(1))
  try {
    provideSystemPackages(process.argv.slice(2))
    await buildWhenStale(env, stop)
    const together = await runJest(path.join(folder, 'together.json'), WORKERS, env, stop)
    const alone = await runJest(
      path.join(folder, 'alone.json'),
      1,
      { ...env, CLUBKEYS_TESTS_ALONE: 'yes' },
      stop,
    )
    const leaked = tokensIn(together.printed + alone.printed).length > 0
    if (leaked) process.stdout.write('The run printed an API key (G1).\n')
    return Math.max(conclude([together.report, alone.report]), leaked ? 1 : 0)
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`)
    return conclude([null])
  } finally {
    rmSync(folder, { recursive: true, force: true })
    // After a run that was killed there is a server to stop; otherwise nothing.
    await sweepAbandoned()
  }
}

/** @returns what came of it, and all that it printed, which goes to our stderr as well */
async function runJest(
  file: string,
  workers: number,
  env: NodeJS.ProcessEnv,
  stop: AbortSignal,
): Promise<Run> {
  const args = [
    'node_modules/jest/bin/jest.js',
    '--ci',
    `--maxWorkers=${workers}`,
    // The tests that were asked for may all be of the other kind.
    '--passWithNoTests',
    '--json',
    `--outputFile=${file}`,
    ...process.argv.slice(2),
  ]
  // jest's own words go to stderr; with --json its report goes to stdout as well, where nobody wants it.
  const color = process.stderr.isTTY ? { FORCE_COLOR: '1' } : {}
  const child = spawn(process.execPath, args, {
    env: { ...env, ...color },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  stop.addEventListener('abort', () => child.kill('SIGTERM'))
  let printed = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    printed += text
    process.stderr.write(text)
  })
  await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  return { report: readReport(file), printed }
}

function readReport(file: string): Report | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report
  } catch {
    return null
  }
}

/** Green only if something ran, all of it passed, and nothing was left out. */
function conclude(reports: (Report | null)[]): number {
  const ended = reports.filter((report) => report !== null)
  const sum = (count: (report: Report) => number) => ended.reduce((total, report) => total + count(report), 0)
  const passed = sum(({ numPassedTests }) => numPassedTests)
  const failed = sum(
    ({ numFailedTests, numRuntimeErrorTestSuites }) => numFailedTests + numRuntimeErrorTestSuites,
  )
  const leftOut = sum(({ numPendingTests, numTodoTests }) => numPendingTests + numTodoTests)
  const allEnded = ended.length === reports.length
  if (!allEnded) process.stdout.write('The tests did not run to their end.\n')
  if (leftOut > 0)
    process.stdout.write(`${leftOut} tests were left out (skip, only or todo): that counts as a failure.\n`)
  process.stdout.write(`${passed} passed, ${failed} failed\n`)
  return allEnded && passed > 0 && failed === 0 && leftOut === 0 ? 0 : 1
}
