import type { Report } from './conclude'

/** More files than this that fail are no matter of a busy machine. */
const MOST_AGAIN = 8

/**
 * The files to be run once more by themselves: those that failed, where they are few. A test that needs the
 * machine to itself for a moment must not keep everything else from landing.
 */
export function filesToTryAgain(report: Report): string[] {
  const failed = report.testResults.filter(({ status }) => status === 'failed').map(({ name }) => name)
  return failed.length > MOST_AGAIN ? [] : failed
}

/** A report in which what was run once more counts by its second run. */
export function afterSecondTry(first: Report, second: Report): Report {
  const again = filesToTryAgain(first)
  const left = first.testResults.filter(({ name }) => !again.includes(name))
  const replaced = first.testResults.filter(({ name }) => again.includes(name))
  const count = (status: string) =>
    replaced.flatMap((file) => file.assertionResults).filter((test) => test.status === status).length
  return {
    numPassedTests: first.numPassedTests - count('passed') + second.numPassedTests,
    numFailedTests: first.numFailedTests - count('failed') + second.numFailedTests,
    // A file that does not load has no tests to count.
    numRuntimeErrorTestSuites: second.numRuntimeErrorTestSuites,
    numPendingTests: first.numPendingTests - count('pending') + second.numPendingTests,
    numTodoTests: first.numTodoTests - count('todo') + second.numTodoTests,
    testResults: [...left, ...second.testResults],
  }
}

/** What passed by itself only: for people to look into, since it may as well be a race of ours. */
export function passedBySecondTry(first: Report, second: Report): string[] {
  const failed = new Set(failedTests(second))
  return failedTests(first).filter((name) => !failed.has(name))
}

const failedTests = ({ testResults }: Report): string[] =>
  testResults
    .filter(({ status }) => status === 'failed')
    .flatMap(({ name, assertionResults }) => {
      const failed = assertionResults.filter(({ status }) => status === 'failed')
      return failed.length > 0 ? failed.map(({ fullName }) => fullName) : [name]
    })
