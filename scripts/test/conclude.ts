import path from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import type { Checked } from '../check/checks'

/** The part of jest's report that is read here. */
export type Report = {
  numPassedTests: number
  numFailedTests: number
  /** Files that did not even load. */
  numRuntimeErrorTestSuites: number
  numPendingTests: number
  numTodoTests: number
  testResults: FileReport[]
}

type FileReport = {
  name: string
  status: string
  /** What all its tests said; of a file that did not load, why. */
  message?: string
  assertionResults: { status: string; fullName: string; failureMessages?: string[] }[]
}

/** Of what failed: more than these lines of a test say nothing more, and more tests than these one cause. */
const MOST_LINES = 15
const MOST_TOLD = 20

/**
 * The result of a run. A check counts as a test; skipped tests, and a run of jest that did not end (`null`),
 * count as failed. Green only if a test ran and nothing failed.
 * @param passedAgain the tests that passed by their second run alone
 * @returns what to print, whose last line is `N passed, N failed`, and the exit code
 */
export function conclude(
  reports: readonly (Report | null)[],
  checks: readonly Checked[],
  passedAgain: readonly string[] = [],
): { text: string; code: 0 | 1 } {
  const ended = reports.filter((report) => report !== null)
  const sum = (count: (report: Report) => number) => ended.reduce((total, report) => total + count(report), 0)
  const ran = sum(({ numPassedTests }) => numPassedTests)
  const broken = sum((report) => report.numFailedTests + report.numRuntimeErrorTestSuites)
  const leftOut = sum(({ numPendingTests, numTodoTests }) => numPendingTests + numTodoTests)
  const notEnded = reports.length - ended.length
  const refused = checks.filter(({ ok }) => !ok).map(({ name }) => name)

  const passed = ran + checks.length - refused.length
  const failed = broken + leftOut + notEnded + refused.length || (ran === 0 ? 1 : 0)
  const lines = [
    ...tellFailures(ended),
    ...(ran === 0 && notEnded === 0 ? ['No test ran.'] : []),
    ...(notEnded > 0 ? ['The tests did not run to their end.'] : []),
    ...(leftOut > 0 ? [`${leftOut} tests were left out (skip, only or todo): each counts as failed.`] : []),
    ...(refused.length > 0
      ? [`Failed besides the tests: ${refused.join(', ')}. Their words stand above.`]
      : []),
    ...passedAgain.map((name) => `Failed at first, and passed when run once more by itself: ${name}`),
    `${passed} passed, ${failed} failed`,
  ]
  return { text: `${lines.join('\n')}\n`, code: ran > 0 && failed === 0 ? 0 : 1 }
}

/** The failures again, at the end: whoever keeps the end of a long log alone must still learn what failed. */
function tellFailures(reports: readonly Report[]): string[] {
  const failures = reports
    .flatMap(({ testResults }) => testResults)
    .filter(({ status }) => status === 'failed')
    .flatMap(failuresOf)
  const more = failures.length - MOST_TOLD
  return [...failures.slice(0, MOST_TOLD), ...(more > 0 ? [`${more} more failed; they stand above.`] : [])]
}

function failuresOf({ name, message, assertionResults }: FileReport): string[] {
  const file = path.relative(process.cwd(), name)
  const failed = assertionResults.filter(({ status }) => status === 'failed')
  if (failed.length === 0) return [tell(`${file} did not load`, message ?? '')]
  return failed.map(({ fullName, failureMessages }) =>
    tell(`${file}: ${fullName}`, failureMessages?.join('\n') ?? ''),
  )
}

const tell = (what: string, why: string): string =>
  [`Failed: ${what}`, ...firstLines(why).map((line) => `  ${line}`)].join('\n')

const firstLines = (text: string): string[] =>
  stripVTControlCharacters(text)
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^\s+at .*node_modules/.test(line))
    .slice(0, MOST_LINES)
