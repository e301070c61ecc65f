import type { Config } from 'jest'

export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
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
