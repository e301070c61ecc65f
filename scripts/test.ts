import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import path from 'node:path'
import { sweepAbandoned } from '../__tests__/support/temporary'
import { tokensIn } from '../__tests__/support/tokens-in'
import { OTHER_CHECKS, runChecks, TYPES, type Checked } from './check/checks'
import { buildWhenStale } from './start/build'
import { explain } from './start/explain'
import { stopSignal } from './start/stop-signal'
import { conclude, type Report } from './test/conclude'
import { afterSecondTry, filesToTryAgain, passedBySecondTry } from './test/second-try'
import { missingSystemPackages } from './test/system-packages'

// `npm test`: checks the code, builds the app, which the HTTP tests run, then runs every test. The last line
// says what came out. Arguments go to jest, and leave the checks out: npm test -- __tests__/lib

/**
 * One more than there are cores: most tests wait for a server, and two on two cores leave a third of them
 * idle.
 */
const WORKERS = availableParallelism() + 1

/** `report`: null where it did not run to its end. */
type Run = { report: Report | null; printed: string }

/** A developer's own database or secret is none of the tests' business. */
const OWN = /^(DATABASE_|NEXTAUTH_|REDIS_|CLUBKEYS_)|^(PORT|NODE_ENV)$/

/** What jest says of the run that has none of the tests that were asked for; the other one has them. */
const NONE_OF_THIS_KIND = /^.*No tests found, exiting with code 0.*\n/gm

const BUILD = 'build'
const chosen = process.argv.slice(2)

void main().then((code) => process.exit(code))

async function main(): Promise<number> {
  const folder = mkdtempSync(path.join(tmpdir(), 'clubkeys-report-'))
  const env: NodeJS.ProcessEnv = {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !OWN.test(name))),
    NODE_ENV: 'test',
  }
  const stop = stopSignal(() => process.exit(1))
  const checks: Checked[] = missingSystemPackages(chosen).map((name) => ({ name, ok: false }))
  const reports: (Report | null)[] = []
  const passedAgain: string[] = []
  try {
    checks.push(...(await checkAndBuild(env, stop)))
    if (checks.every(({ name, ok }) => ok || name !== BUILD)) {
      const place = (name: string) => path.join(folder, name)
      // Tests start some hundred servers and commands: compiled once, each takes a third less of a second.
      env.NODE_COMPILE_CACHE = place('compiled')
      const together = await runTwice(place('together'), WORKERS, env, stop)
      const alone = await runTwice(place('alone'), 1, { ...env, CLUBKEYS_TESTS_ALONE: 'yes' }, stop)
      reports.push(together.report, alone.report)
      passedAgain.push(...together.passedAgain, ...alone.passedAgain)
      if (tokensIn(together.printed + alone.printed).length > 0)
        checks.push({ name: 'G1: the run printed an API key', ok: false })
    }
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`)
    reports.push(null)
  } finally {
    rmSync(folder, { recursive: true, force: true })
    // After a run that was killed there is a server to stop; otherwise nothing.
    await sweepAbandoned()
  }
  const { text, code } = conclude(reports, checks, passedAgain)
  process.stdout.write(text)
  return code
}

/**
 * A whole run checks the code, too: a type error, or what the linter refuses, must not land because the tests
 * pass. The build waits for the types alone; the other checks go on beside it.
 */
async function checkAndBuild(env: NodeJS.ProcessEnv, stop: AbortSignal): Promise<Checked[]> {
  const isWhole = !chosen.some((argument) => !argument.startsWith('-'))
  const write = (text: string) => void process.stderr.write(text)
  const others = isWhole ? runChecks(OTHER_CHECKS, write, stop) : []
  const types = isWhole ? await runChecks([TYPES], write, stop) : []
  const built = await buildWhenStale(env, stop).then(
    () => true,
    (error: unknown) => {
      write(`${explain(error)}\n`)
      return false
    },
  )
  const build = isWhole || !built ? [{ name: BUILD, ok: built }] : []
  return [...types, ...build, ...(await others)]
}

/** Runs jest, and in a whole run the few files that failed once more by themselves. */
async function runTwice(
  file: string,
  workers: number,
  env: NodeJS.ProcessEnv,
  stop: AbortSignal,
): Promise<Run & { passedAgain: string[] }> {
  const first = await runJest(`${file}.json`, workers, chosen, env, stop)
  const again = first.report && chosen.length === 0 ? filesToTryAgain(first.report) : []
  if (!first.report || again.length === 0) return { ...first, passedAgain: [] }
  process.stderr.write(`\nOnce more by themselves:\n${again.join('\n')}\n`)
  const second = await runJest(`${file}-again.json`, 1, ['--runTestsByPath', ...again], env, stop)
  if (!second.report) return { ...first, passedAgain: [] }
  return {
    report: afterSecondTry(first.report, second.report),
    printed: first.printed + second.printed,
    passedAgain: passedBySecondTry(first.report, second.report),
  }
}

/** @returns what came of it, and all that it printed, which goes to our stderr as well */
async function runJest(
  file: string,
  workers: number,
  asked: readonly string[],
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
    ...asked,
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
    process.stderr.write(text.replace(NONE_OF_THIS_KIND, ''))
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
