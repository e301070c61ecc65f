import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { spawnSync } from 'node:child_process'
import { temporaryFolder } from '../support/temporary'

jest.setTimeout(60_000)

const ROOT = path.resolve(__dirname, '../..')
const READ = ['__tests__', 'package-lock.json', 'package.json', 'prisma', 'scripts', 'src', 'tsconfig.json']
const GREEN = {
  numPassedTests: 0,
  numFailedTests: 0,
  numRuntimeErrorTestSuites: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [] as object[],
}

/** What `npm test` runs beside our own code, by the package it belongs to. */
const PROGRAMS = {
  types: 'typescript/bin/tsc',
  build: 'next/dist/bin/next',
  lint: 'eslint/bin/eslint.js',
  format: 'prettier/bin/prettier.cjs',
  imports: 'dependency-cruiser/bin/dependency-cruise.mjs',
  unused: 'knip/bin/knip.js',
  jest: 'jest/bin/jest.js',
}
type Program = keyof typeof PROGRAMS
const CHECKS = ['types', 'build', 'lint', 'format', 'imports', 'unused'] as const

let folder: string
beforeEach(() => {
  folder = temporaryFolder()
  for (const name of READ) symlinkSync(path.join(ROOT, name), path.join(folder, name))
  const replaced = new Set(Object.values(PROGRAMS).map((program) => program.split('/')[0]))
  mkdirSync(path.join(folder, 'node_modules'))
  for (const name of readdirSync(path.join(ROOT, 'node_modules')).filter((one) => !replaced.has(one)))
    symlinkSync(path.join(ROOT, 'node_modules', name), path.join(folder, 'node_modules', name))
  for (const program of CHECKS) answer(program, 'process.exit(0)')
  tests({ together: { ...GREEN, numPassedTests: 7 }, alone: { ...GREEN, numPassedTests: 1 } })
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Makes a program answer so, and records what it was asked to run. */
function answer(program: Program, script: string): void {
  const file = path.join(folder, 'node_modules', PROGRAMS[program])
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(path.join(folder, 'node_modules', PROGRAMS[program].split('/')[0]!, 'package.json'), '{}')
  // One of the programs is an ES module by its name.
  const fs = file.endsWith('.mjs') ? `import fs from 'node:fs'` : `const fs = require('node:fs')`
  writeFileSync(file, `${fs}\nfs.appendFileSync('ran', '${program} ')\n${script}\n`)
}

function tests(reports: { together: object; alone: object }, said = ''): void {
  answer(
    'jest',
    `const [, file] = process.argv.find((one) => one.startsWith('--outputFile=')).split('=')
     const report = (${JSON.stringify(reports)})[process.env.CLUBKEYS_TESTS_ALONE ? 'alone' : 'together']
     fs.writeFileSync(file, JSON.stringify(report))
     console.error(${JSON.stringify(`what jest says\n${said}`)})`,
  )
}

const file = (name: string, ...statuses: string[]) => ({
  name: `/${name}.test.ts`,
  status: statuses.every((status) => status === 'passed') && statuses.length > 0 ? 'passed' : 'failed',
  assertionResults: statuses.map((status, i) => ({ status, fullName: `${name} ${i}` })),
})

type File = ReturnType<typeof file>

/** A run in which these files did so, then those that were run again so, and one test alone. */
function tries(first: File[], second: File[], alone = [file('alone', 'passed')]): void {
  const report = (files: File[]) => {
    const count = (status: string) =>
      files.flatMap(({ assertionResults }) => assertionResults).filter((one) => one.status === status).length
    return {
      ...GREEN,
      numPassedTests: count('passed'),
      numFailedTests: count('failed'),
      numRuntimeErrorTestSuites: files.filter(({ assertionResults }) => assertionResults.length === 0).length,
      testResults: files,
    }
  }
  answer(
    'jest',
    `const [, file] = process.argv.find((one) => one.startsWith('--outputFile=')).split('=')
     const again = process.argv.indexOf('--runTestsByPath')
     if (again > 0) fs.writeFileSync('again', process.argv.slice(again + 1).join(' '))
     const alone = process.env.CLUBKEYS_TESTS_ALONE
     const reports = ${JSON.stringify([report(first), report(second), report(alone)])}
     fs.writeFileSync(file, JSON.stringify(reports[again > 0 ? 1 : alone ? 2 : 0]))`,
  )
}

function npmTest(args: string[] = [], env: Record<string, string> = {}) {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--import', 'tsx', 'scripts/test.ts', ...args],
    { cwd: folder, encoding: 'utf8', env: { ...process.env, ...env } },
  )
  const ran = spawnSync('cat', [path.join(folder, 'ran')], { encoding: 'utf8' }).stdout.split(' ')
  return { last: stdout.trim().split('\n').at(-1), said: stdout + stderr, status, ran }
}

it('counts every check as a test', () => {
  const { last, status, ran } = npmTest()
  expect(ran).toEqual(expect.arrayContaining(Object.keys(PROGRAMS)))
  expect({ last, status }).toEqual({ last: `${8 + CHECKS.length} passed, 0 failed`, status: 0 })
})

it.each(CHECKS.filter((name) => name !== 'build'))(
  'fails by a check that fails, says what it said, and runs the tests all the same: %s',
  (name) => {
    answer(name, `console.log('src/x.ts: what is wrong'); process.exit(1)`)
    const { last, said, status } = npmTest()
    expect({ last, status }).toEqual({ last: `${8 + CHECKS.length - 1} passed, 1 failed`, status: 1 })
    expect(said).toContain('src/x.ts: what is wrong')
    expect(said).toContain(`Failed besides the tests: ${name}.`)
  },
)

it('counts a build that fails, runs no test on an older one, and hides no check', () => {
  answer('build', `if (process.argv[2] === 'build') process.exit(1)`)
  answer('lint', 'process.exit(1)')
  const { last, said, status, ran } = npmTest()
  expect({ last, status }).toEqual({ last: `${CHECKS.length - 2} passed, 2 failed`, status: 1 })
  expect(said).toContain('No test ran.')
  expect(ran).not.toContain('jest')
})

it.each([
  ['a test that fails', { numFailedTests: 1 }, '13 passed, 1 failed'],
  ['a file that does not load', { numRuntimeErrorTestSuites: 1 }, '13 passed, 1 failed'],
  ['a test that is skipped', { numPendingTests: 1 }, '13 passed, 1 failed'],
  ['a test that is still to be written', { numTodoTests: 1 }, '13 passed, 1 failed'],
])('counts %s as failed', (_, found, last) => {
  tests({ together: { ...GREEN, numPassedTests: 6, ...found }, alone: { ...GREEN, numPassedTests: 1 } })
  expect(npmTest()).toMatchObject({ last, status: 1 })
})

it('tells at the end what failed and why, for those who see the end of a long log alone', () => {
  const words = '\u001b[31mexpected 1, got 2\u001b[39m\n'
  const failing = {
    name: path.join(folder, '__tests__/one.test.ts'),
    status: 'failed',
    message: '',
    assertionResults: [
      { status: 'failed', fullName: 'the first', failureMessages: [words + '\n    at line\n'.repeat(30)] },
      { status: 'passed', fullName: 'the second', failureMessages: [] },
    ],
  }
  const broken = { ...failing, name: path.join(folder, '__tests__/two.test.ts'), assertionResults: [] }
  const results = [failing, { ...broken, message: 'Cannot find module' }]
  const report = { ...GREEN, numFailedTests: 1, numRuntimeErrorTestSuites: 1, testResults: results }
  tests({ together: report, alone: { ...GREEN, numPassedTests: 1 } })
  const said = npmTest(['--ci']).said.split('\n')
  const from = said.indexOf('Failed: __tests__/one.test.ts: the first')
  expect(said[from + 1]).toBe('  expected 1, got 2')
  const next = said.indexOf('Failed: __tests__/two.test.ts did not load')
  expect(said[next + 1]).toBe('  Cannot find module')
  expect(next - from).toBeLessThan(20)
})

describe('a second try by itself', () => {
  const others = file('others', 'passed', 'passed')

  it('is what counts for the few files that failed, and is told', () => {
    tries([others, file('busy', 'passed', 'failed')], [file('busy', 'passed', 'passed')])
    const { last, said, status } = npmTest()
    expect({ last, status }).toEqual({ last: `${5 + CHECKS.length} passed, 0 failed`, status: 0 })
    expect(readFileSync(path.join(folder, 'again'), 'utf8')).toBe('/busy.test.ts')
    expect(said).toContain('Failed at first, and passed when run once more by itself: busy 1')
  })

  it('is given to what measures, too', () => {
    tries([others], [file('alone', 'passed')], [file('alone', 'failed')])
    const { last, said } = npmTest()
    expect(last).toBe(`${3 + CHECKS.length} passed, 0 failed`)
    expect(said).toContain('once more by itself: alone 0')
  })

  it('passes nothing that fails again, and says so of no test that failed in it', () => {
    tries([others, file('broken', 'failed', 'passed')], [file('broken', 'failed', 'passed')])
    const { last, said, status } = npmTest()
    expect({ last, status }).toEqual({ last: `${4 + CHECKS.length} passed, 1 failed`, status: 1 })
    expect(said).not.toContain('once more by itself')
  })

  it('counts a file that loads only then, and not one that never does', () => {
    tries([others, file('late'), file('never')], [file('late', 'passed'), file('never')])
    expect(npmTest()).toMatchObject({ last: `${4 + CHECKS.length} passed, 1 failed`, status: 1 })
  })

  it('is not given where many fail, nor to tests that were asked for by name', () => {
    const many = [...'abcdefghi'].map((name) => file(name, 'failed'))
    tries([others, ...many], many)
    expect(npmTest()).toMatchObject({ last: `${3 + CHECKS.length} passed, 9 failed`, status: 1 })
    tries([others, file('busy', 'failed')], [file('busy', 'passed')])
    expect(npmTest(['__tests__/lib'])).toMatchObject({ last: '3 passed, 1 failed', status: 1 })
    expect(existsSync(path.join(folder, 'again'))).toBe(false)
  })
})

it('fails where jest leaves no report', () => {
  answer('jest', 'process.exit(0)')
  expect(npmTest()).toMatchObject({ last: '6 passed, 2 failed', status: 1 })
})

it('does not tell of the kind of tests that was not asked for', () => {
  tests({ together: { ...GREEN, numPassedTests: 1 }, alone: GREEN }, 'No tests found, exiting with code 0')
  const { said, last } = npmTest(['__tests__/lib'])
  expect(said).toContain('what jest says')
  expect(said).not.toContain('No tests found')
  expect(last).toBe('1 passed, 0 failed')
})

it('fails where no test ran', () => {
  tests({ together: GREEN, alone: GREEN })
  const { last, said, status } = npmTest()
  expect({ last, status }).toEqual({ last: '6 passed, 1 failed', status: 1 })
  expect(said).toContain('No test ran.')
})

it('leaves the checks out where some tests are asked for by name', () => {
  const { last, ran } = npmTest(['__tests__/lib/redact.test.ts'])
  expect(last).toBe('8 passed, 0 failed')
  expect(ran.filter((name) => name !== '')).toEqual(['build', 'jest', 'jest'])
})

it('fails where a program that tests need is missing, and says how to install it', () => {
  // Nothing is on the path: no server to find, no shell to look for one, and no apt to install it.
  const { last, said, status } = npmTest([], { PATH: path.join(folder, 'empty') })
  expect({ last, status }).toEqual({ last: expect.stringMatching(/^14 passed, [1-9] failed$/), status: 1 })
  for (const name of ['redis-server', 'nginx'])
    expect(said).toContain(`apt-get install --yes --no-install-recommends ${name}`)
})

it('installs what it can where the system has no package for one of them', () => {
  const [bin, log] = [path.join(folder, 'bin'), path.join(folder, 'apt.log')]
  mkdirSync(bin)
  // As on a release that has another PgBouncer only: nothing of a line with it is installed.
  const apt = `#!/bin/sh\necho "$*" >> ${log}\ncase "$*" in *pgbouncer*) exit 100 ;; esac\n`
  writeFileSync(path.join(bin, 'apt-get'), apt, { mode: 0o755 })
  npmTest([], { PATH: bin })
  const asked = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []
  const alone = asked.filter((line) => /^install --yes --no-install-recommends \S+$/.test(line))
  // Only root installs, and only where there is a real one.
  const may = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
  expect(asked.filter((line) => line === 'update')).toHaveLength(may ? 1 : 0)
  if (may)
    expect(alone).toEqual(
      expect.arrayContaining(
        ['redis-server', 'nginx', 'haproxy'].map((name) => expect.stringContaining(name)),
      ),
    )
})
