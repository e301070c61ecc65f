const path = require('node:path')
const { default: base } = require('../../jest.config.ts')

/**
 * The usual tests, in the copy with the mutants: on one Postgres for all runs, with longer timeouts, in the
 * given order.
 */
const { globalSetup, globalTeardown, ...rest } = base
module.exports = {
  ...rest,
  rootDir: path.resolve(__dirname, '../..'),
  testMatch: ['**/*.test.ts'],
  // A changed migration needs a database of its own.
  ...(!process.env.CLUBKEYS_TEST_POSTGRES && { globalSetup, globalTeardown }),
  setupFilesAfterEnv: ['<rootDir>/mutation/in-tree/note-coverage.cjs'],
  testSequencer: '<rootDir>/mutation/in-tree/sequencer.cjs',
  testTimeout: 90_000,
}
