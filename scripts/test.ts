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

// `npm test`: builds the app, which the HTTP tests run, then runs every test. The last line says what came out.
// Arguments go to jest: npm test -- __tests__/lib

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

/** A developer's own database or secret is none of the tests' business. */
const OWN = /^(DATABASE_|NEXTAUTH_|REDIS_|CLUBKEYS_)|^(PORT|NODE_ENV)$/

void main().then((code) => process.exit(code))

async function main(): Promise<number> {
  const folder = mkdtempSync(path.join(tmpdir(), 'clubkeys-report-'))
  const env = { ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !OWN.test(name))), NODE_ENV: 'test' as const }
  const stop = stopSignal(() => process.exit(1))
  try {
    provideSystemPackages(process.argv.slice(2))
    await buildWhenStale(env, stop)
    const printed = await runJest(path.join(folder, 'report.json'), env, stop)
    const code = conclude(readReport(path.join(folder, 'report.json')))
    return tokensIn(printed).length === 0 ? code : tell('The run printed an API key (G1).')
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`)
    return conclude(null)
  } finally {
    rmSync(folder, { recursive: true, force: true })
    // After a run that was killed there is a server to stop; otherwise nothing.
    await sweepAbandoned()
  }
}

/** @returns all that it printed, which goes to our stderr as well */
function runJest(report: string, env: NodeJS.ProcessEnv, stop: AbortSignal): Promise<string> {
  const args = [
    'node_modules/jest/bin/jest.js',
    '--ci',
    `--maxWorkers=${WORKERS}`,
    '--json',
    `--outputFile=${report}`,
    ...process.argv.slice(2),
  ]
  // jest's own words go to stderr; with --json its report goes to stdout as well, where nobody wants it.
  const color = process.stderr.isTTY ? { FORCE_COLOR: '1' } : {}
  const child = spawn(process.execPath, args, { env: { ...env, ...color }, stdio: ['ignore', 'ignore', 'pipe'] })
  stop.addEventListener('abort', () => child.kill('SIGTERM'))
  let printed = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    printed += text
    process.stderr.write(text)
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', () => resolve(printed))
  })
}

function tell(what: string): number {
  process.stdout.write(`${what}\n`)
  return 1
}

function readReport(file: string): Report | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report
  } catch {
    return null
  }
}

/** Green only if something ran, all of it passed, and nothing was left out. */
function conclude(report: Report | null): number {
  const passed = report?.numPassedTests ?? 0
  const failed = (report?.numFailedTests ?? 0) + (report?.numRuntimeErrorTestSuites ?? 0)
  const leftOut = (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0)
  if (!report) process.stdout.write('The tests did not run to their end.\n')
  if (leftOut > 0) process.stdout.write(`${leftOut} tests were left out (skip, only or todo): that counts as a failure.\n`)
  process.stdout.write(`${passed} passed, ${failed} failed\n`)
  return report && passed > 0 && failed === 0 && leftOut === 0 ? 0 : 1
}
