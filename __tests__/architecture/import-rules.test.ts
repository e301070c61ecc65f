import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** One offender for each layer rule, and next to it what the layer may import. */
const TREE: Record<string, string> = {
  'package.json':
    '{ "dependencies": { "zod": "1", "next": "1", "next-auth": "1", "pg": "1" }, "devDependencies": { "jest": "1" } }',
  'tsconfig.json':
    '{ "compilerOptions": { "module": "esnext", "moduleResolution": "bundler", "paths": { "@/*": ["./src/*"] } } }',
  ...Object.fromEntries(
    ['zod', 'next', 'next-auth', 'pg', 'jest', 'stray'].map((name) => [
      `node_modules/${name}/index.js`,
      'module.exports = {}',
    ]),
  ),

  'src/contracts/key.ts': "import 'zod'\nimport './page'\nexport type Key = string",
  'src/contracts/page.ts': "import 'pg'\nimport '@/lib/list'",
  'src/components/menu.tsx': "import 'next'\nimport '@/contracts/key'",
  'src/components/field.tsx':
    "import '@/contracts/bounds'\nimport type { Key } from '@/contracts/key'\nexport type Given = Key",
  'src/contracts/bounds.ts': 'export const MAX = 1',
  'src/components/table.tsx': "import './menu'\nimport '@/lib/verb'",
  'src/lib/auth/create-key.ts': "import '../people/names'\nimport '../sign-in/password'\nimport 'next-auth'",
  'src/lib/people/names.ts': "import 'pg'\nimport '../db/client'",
  'src/lib/sign-in/password.ts': "import 'next-auth'\nimport '../people/names'",
  'src/package/next.ts':
    "import '@/lib/auth/create-key'\nimport '@/lib/env'\nimport '@/lib/sign-in/password'",
  'src/lib/env.ts': "import './settings'",
  'src/lib/settings.ts': "import 'zod'",
  'src/lib/db/open.ts': "import '../settings'\nimport '../env'",
  'src/lib/attic/old.ts': "import 'pg'",
  'src/lib/db/attic.ts': "import '../attic/old'",
  'src/lib/verb.ts': "import 'pg'\nimport '@/contracts/key'",
  'src/lib/list.ts': "import type { Input } from '@/http/route'\nexport type Asked = Input",
  'src/lib/stray.ts': "import 'stray'\nimport './nowhere'",
  'src/lib/alone.ts': 'export const alone = 1',
  'src/lib/early.ts': "import './late'",
  'src/lib/late.ts': "import type { Early } from './early'\nexport type Late = Early",
  'src/lib/testing.ts': "import 'jest'",
  'src/lib/db/generated/models.ts': 'export type Model = string',
  'src/lib/db/client.ts': "import type { Model } from './generated/models'\nexport type Row = Model",
  'src/http/route.ts': "import '@/lib/verb'\nimport '@/contracts/key'\nexport type Input = string",
  'src/http/framed.ts': "import 'next'\nimport '@/app/page'",
  'src/http/rows.ts': "import type { Model } from '@/lib/db/generated/models'\nexport type Row = Model",
  'src/app/page.tsx': "import 'next'\nimport '@/components/menu'\nimport '@/http/route'\nimport '@/lib/verb'",
  'src/app/door.ts': "import '../middleware'",
  'src/app/tools.ts': "import '../../scripts/start'\nimport '../../__tests__/support/club'",
  'src/client/rows.ts': "import './shapes'\nimport '@/contracts/key'",
  'src/client/shapes.ts': "import 'zod'\nimport 'node:fs'",
  'src/middleware.ts': "import 'next'\nimport '@/http/route'",
  'scripts/start.ts': "import '@/lib/verb'",
  '__tests__/support/club.ts': "import 'jest'\nimport '@/lib/verb'",
}

const BREACHES: Record<string, string[]> = {
  'contracts-know-only-zod': [
    'src/contracts/page.ts → node_modules/pg/index.js',
    'src/contracts/page.ts → src/lib/list.ts',
  ],
  'components-take-types-of-contracts': ['src/components/menu.tsx → src/contracts/key.ts'],
  'components-know-only-contracts': ['src/components/table.tsx → src/lib/verb.ts'],
  'lib-knows-no-http': ['src/lib/list.ts → src/http/route.ts'],
  'http-knows-no-framework': [
    'src/http/framed.ts → node_modules/next/index.js',
    'src/http/framed.ts → src/app/page.tsx',
  ],
  'key-layer-knows-no-app': [
    'src/http/framed.ts → src/app/page.tsx',
    'src/lib/auth/create-key.ts → node_modules/next-auth/index.js',
    'src/lib/auth/create-key.ts → src/lib/sign-in/password.ts',
    // A room that is new, until it is named as the layer's.
    'src/lib/db/attic.ts → src/lib/attic/old.ts',
    'src/lib/db/open.ts → src/lib/env.ts',
  ],
  'package-brings-the-layer-alone': ['src/package/next.ts → src/lib/sign-in/password.ts'],
  'client-stands-alone': [
    'src/client/rows.ts → src/contracts/key.ts',
    'src/client/shapes.ts → fs',
    'src/client/shapes.ts → node_modules/zod/index.js',
  ],
  'entry-points-are-not-imported': ['src/app/door.ts → src/middleware.ts'],
  'generated-client-stays-in-lib': ['src/http/rows.ts → src/lib/db/generated/models.ts'],
  'src-stands-alone': ['src/app/tools.ts → __tests__/support/club.ts', 'src/app/tools.ts → scripts/start.ts'],
  'no-orphans': ['src/lib/alone.ts → src/lib/alone.ts'],
  'no-development-dependencies': ['src/lib/testing.ts → node_modules/jest/index.js'],
  'no-undeclared-dependencies': ['src/lib/stray.ts → node_modules/stray/index.js'],
  'imports-resolve': ['src/lib/stray.ts → ./nowhere'],
}

describe('the import rules', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'clubkeys-layers-'))
  let violations: { rule: string; breach: string }[]

  beforeAll(() => {
    for (const [file, text] of Object.entries(TREE)) {
      mkdirSync(path.join(root, path.dirname(file)), { recursive: true })
      writeFileSync(path.join(root, file), text)
    }
    violations = cruise(root)
  })
  afterAll(() => rmSync(root, { recursive: true }))

  it.each(Object.entries(BREACHES))('%s', (rule, breaches) => {
    expect(breachesOf(rule)).toEqual(breaches)
  })

  it('no-cycles, types included', () => {
    expect(breachesOf('no-cycles')).toContain('src/lib/early.ts → src/lib/late.ts')
  })

  it('every rule has an offender here', () => {
    const rules = new Set(violations.map(({ rule }) => rule))
    expect([...rules].sort()).toEqual([...Object.keys(BREACHES), 'no-cycles'].sort())
  })

  const breachesOf = (rule: string) =>
    violations
      .filter((violation) => violation.rule === rule)
      .map(({ breach }) => breach)
      .sort()
})

function cruise(cwd: string): { rule: string; breach: string }[] {
  const program = path.resolve('node_modules/dependency-cruiser/bin/dependency-cruise.mjs')
  const args = [
    'src',
    'scripts',
    '__tests__',
    '--config',
    path.resolve('.dependency-cruiser.cjs'),
    '--output-type',
    'json',
  ]
  const { stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  })
  if (!stdout) throw new Error(stderr)
  const { summary } = JSON.parse(stdout) as {
    summary: { violations: { from: string; to: string; rule: { name: string } }[] }
  }
  return summary.violations.map(({ from, to, rule }) => ({ rule: rule.name, breach: `${from} → ${to}` }))
}
