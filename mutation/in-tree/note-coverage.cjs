/* global afterAll, expect */
const { mkdirSync, writeFileSync } = require('node:fs')
const path = require('node:path')

// In each test file of a run that records which mutants are reached.

const folder = process.env.MUTATION_COVERAGE
if (folder) {
  const test = path.relative(process.cwd(), expect.getState().testPath)
  const own = path.join(folder, encodeURIComponent(test))
  mkdirSync(own, { recursive: true })
  // Whatever the test starts inherits it: servers, commands, workers.
  process.env.MUTATION_COVERAGE_OF = own
  afterAll(() => {
    const reached = globalThis.__stryker__?.mutantCoverage?.static ?? {}
    writeFileSync(path.join(own, 'in-process.json'), JSON.stringify(Object.keys(reached)))
  })
}
