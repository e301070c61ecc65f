import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { temporaryFolder } from '../support/temporary'

const PATIENCE_MS = 15 * 60_000

type Report = {
  numPassedTests: number
  testResults: {
    name: string
    status: string
    message: string
    assertionResults: { status: string; fullName: string }[]
  }[]
}

it(
  'the layer’s own suites pass in an app with other roles and scopes',
  () => {
    const folder = temporaryFolder()
    const file = path.join(folder, 'report.json')
    const { CLUBKEYS_TESTS_ALONE: _, ...env } = process.env
    try {
      spawnSync(
        process.execPath,
        ['node_modules/jest/bin/jest.js', '--ci', '--maxWorkers=2', '--json', `--outputFile=${file}`],
        { env: { ...env, CLUBKEYS_SECOND_TENANCY: 'yes' }, stdio: 'ignore' },
      )
      const { numPassedTests, testResults } = JSON.parse(readFileSync(file, 'utf8')) as Report
      const failed = testResults.flatMap(({ name, status, message, assertionResults }) => {
        const those = assertionResults.filter((one) => one.status !== 'passed')
        if (those.length === 0) return status === 'passed' ? [] : [`${name}: ${message}`]
        return [...those.map(({ fullName }) => `${name}: ${fullName}`), message.slice(0, 5_000)]
      })
      expect(failed).toEqual([])
      // Fewer mean that suites are no longer found.
      expect(numPassedTests).toBeGreaterThan(900)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
  PATIENCE_MS,
)
