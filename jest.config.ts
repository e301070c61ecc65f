import type { Config } from 'jest'

/**
 * What measures wants the machine to itself: `npm test` runs `*.alone.test.ts` by themselves, after all
 * others.
 */
const testMatch = process.env.CLUBKEYS_TESTS_ALONE ? ['**/*.alone.test.ts'] : ['**/!(*.alone).test.ts']

export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/__tests__'],
  testMatch,
  moduleNameMapper: { '^@/(.*)$': '<rootDir>/src/$1' },
  transform: {
    '^.+\\.tsx?$': [
      'ts-jest',
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
  modulePathIgnorePatterns: ['<rootDir>/.next'],
  setupFiles: ['<rootDir>/__tests__/support/environment.ts'],
  globalSetup: '<rootDir>/__tests__/support/global-setup.ts',
  globalTeardown: '<rootDir>/__tests__/support/global-teardown.ts',
  testTimeout: 30_000,
} satisfies Config
