import type { Config } from 'jest'

/** Whether this run is one under the definition of `__tests__/tenancy`: the layer in an app with other roles and scopes. */
const isSecond = process.env.CLUBKEYS_SECOND_TENANCY !== undefined

/** What runs under it as well: what depends on roles and scopes, and needs no built app. */
const SUITES = [
  'contracts/scopes',
  'components/sentence',
  'http/{audit-export,revoke-own-key,usage,whoami}',
  'lib/audit/*',
  'lib/auth/!(address-list|follow-changes|long-lines|outrun|token|verified-keys)',
  'lib/members/*',
  'lib/permissions/*',
  'lib/policy/*',
  'lib/practices/*',
  'lib/service-accounts/*',
  'lib/usage/read-usage',
  'security/cross-tenant*',
  'security/database-nets',
  'security/tenant-tables',
].map((name) => `**/__tests__/${name}.test.ts`)

/**
 * What measures wants the machine to itself: `npm test` runs `*.alone.test.ts` by themselves, after all
 * others.
 */
const testMatch = process.env.CLUBKEYS_TESTS_ALONE
  ? ['**/*.alone.test.ts']
  : isSecond
    ? SUITES
    : ['**/!(*.alone).test.ts']

/** The second tenancy has a definition of its own, and a client of its own schema. */
const SECOND = {
  '^(@|\\.)/keys$': '<rootDir>/__tests__/tenancy/keys',
  '^@/contracts/practices$': '<rootDir>/__tests__/tenancy/projects',
  '/generated/(client|models|enums)$': '<rootDir>/node_modules/.cache/clubkeys-second/generated/$1',
}

export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/__tests__'],
  testMatch,
  moduleNameMapper: {
    ...(isSecond && SECOND),
    '^@/(.*)$': '<rootDir>/src/$1',
    '^clubkeys/(.*)$': '<rootDir>/src/package/$1',
  },
  transform: {
    '^.+\\.tsx?$': [
      isSecond ? '<rootDir>/__tests__/tenancy/transform.cjs' : 'ts-jest',
      {
        tsconfig: {
          module: 'commonjs',
          moduleResolution: 'node10',
          ignoreDeprecations: '6.0',
          isolatedModules: true,
          target: 'es2023',
          esModuleInterop: true,
          jsx: 'react-jsx',
        },
      },
    ],
  },
  transformIgnorePatterns: ['/node_modules/(?!\\.cache/clubkeys-second/)'],
  modulePathIgnorePatterns: ['<rootDir>/.next'],
  setupFiles: ['<rootDir>/__tests__/support/environment.ts'],
  globalSetup: '<rootDir>/__tests__/support/global-setup.ts',
  globalTeardown: '<rootDir>/__tests__/support/global-teardown.ts',
  testSequencer: '<rootDir>/__tests__/support/sequencer.cjs',
  testTimeout: 30_000,
} satisfies Config
