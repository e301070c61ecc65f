import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { TREE } from './tree'

type Assertion = { status: string; fullName: string }
type FileReport = {
  name: string
  status: string
  startTime: number
  endTime: number
  assertionResults: Assertion[]
}
type Report = { testResults: FileReport[] }

type TestRun = {
  /** `timeout`: not done in time, which a mutant may cause. */
  outcome: 'passed' | 'failed' | 'timeout'
  files: { test: string; passed: boolean; milliseconds: number; failed: string[] }[]
}

type Options = {
  /** Switched on for the tests and all that they start. */
  mutant?: string
  /** Where coverage is recorded, test file by test file. */
  coverage?: string
  seconds: number
  workers?: number
  stopAtFirst?: boolean
  /** For this run alone, with the copy's migrations. */
  ownPostgres?: boolean
}

/** The tests must not use a developer's own database or secret. */
const OWN = /^(DATABASE_|NEXTAUTH_|REDIS_)|^(PORT|NODE_ENV)$/

const running = new Set<number>()

/** Ends everything that runs, and the servers that it started. */
export function stopTests(): void {
  for (const leader of running) killGroup(leader)
}

/** Runs test files of the copy, in this order. */
export async function runTests(tests: readonly string[], options: Options): Promise<TestRun> {
  const { mutant, coverage, seconds, workers = 1, stopAtFirst = false, ownPostgres = false } = options
  const folder = mkdtempSync(path.join(tmpdir(), 'clubkeys-mutation-'))
  const report = path.join(folder, 'report.json')
  const probe = path.join(TREE, 'mutation/in-tree/probe.cjs')
  const child = spawn(
    process.execPath,
    [
      'node_modules/jest/bin/jest.js',
      '--config=mutation/in-tree/jest.config.cjs',
      '--ci',
      ...(workers === 1 ? ['--runInBand'] : [`--maxWorkers=${workers}`]),
      ...(stopAtFirst ? ['--bail=1'] : []),
      '--json',
      `--outputFile=${report}`,
      '--runTestsByPath',
      ...tests,
    ],
    {
      cwd: TREE,
      detached: true,
      stdio: 'ignore',
      env: {
        ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !OWN.test(name))),
        NODE_ENV: 'test',
        ...(ownPostgres && { CLUBKEYS_TEST_POSTGRES: '' }),
        MUTATION_ORDER: JSON.stringify(tests),
        ...(mutant !== undefined && { __STRYKER_ACTIVE_MUTANT__: mutant }),
        ...(coverage !== undefined && { MUTATION_COVERAGE: coverage, NODE_OPTIONS: `--require ${probe}` }),
      },
    },
  )
  if (child.pid !== undefined) running.add(child.pid)
  let late = false
  const timer = setTimeout(() => {
    late = true
    killGroup(child.pid)
  }, seconds * 1000)
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  clearTimeout(timer)
  // A test that was cut short has left its servers behind.
  killGroup(child.pid)
  if (child.pid !== undefined) running.delete(child.pid)
  const files = readReport(report)
  rmSync(folder, { recursive: true, force: true })
  return { outcome: late ? 'timeout' : code === 0 ? 'passed' : 'failed', files }
}

function readReport(file: string): TestRun['files'] {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as Report).testResults.map((each) => ({
      test: path.relative(TREE, each.name),
      passed: each.status === 'passed',
      milliseconds: each.endTime - each.startTime,
      failed: each.assertionResults
        .filter(({ status }) => status === 'failed')
        .map(({ fullName }) => fullName),
    }))
  } catch {
    return []
  }
}

function killGroup(leader: number | undefined): void {
  if (leader === undefined) return
  try {
    process.kill(-leader, 'SIGKILL')
  } catch {
    // Nobody of the group is left.
  }
}
