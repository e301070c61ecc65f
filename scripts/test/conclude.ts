import type { Checked } from '../check/checks'

/** The part of jest's report that is read here. */
export type Report = {
  numPassedTests: number
  numFailedTests: number
  /** Files that did not even load. */
  numRuntimeErrorTestSuites: number
  numPendingTests: number
  numTodoTests: number
  testResults: { name: string; status: string; assertionResults: { status: string; fullName: string }[] }[]
}

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
