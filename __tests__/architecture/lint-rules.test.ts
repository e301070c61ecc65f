import { spawnSync } from 'node:child_process'

/**
 * `offending`: snippets that break the rule in `file` and keep it in each of `allowed`. `typed`: linted with
 * types, so `file` must exist.
 */
type Case = {
  rule: string
  title: string
  offending: string[]
  file: string
  allowed: string[]
  typed?: boolean
}

const SYNTAX: Case[] = [
  {
    rule: 'clubkeys/identity-from-context',
    title: 'nobody but the door and getAuthContext() names an identity header',
    offending: [
      "export const club = (request: Request) => request.headers.get('x-api-key-club-id')",
      "export const user = (request: Request) => request.headers.get('X-API-Key-User-Id')",
      'export const type = (request: Request) => request.headers.get(`x-auth-type`)',
      "export const names = ['x-api-key-context']",
      "import { CLUB_HEADER } from './headers'\nexport const name = CLUB_HEADER",
      "import { USER_HEADER as name } from './headers'\nexport const header = name",
      "import * as headers from './headers'\nexport const name = headers.AUTH_TYPE_HEADER",
      "export { IDENTITY_HEADERS } from './headers'",
      "export * from './headers'",
    ],
    file: 'src/http/route.ts',
    allowed: [
      'src/http/headers.ts',
      'src/http/hand-on.ts',
      'src/http/context.ts',
      '__tests__/http/forged.test.ts',
    ],
  },
  {
    rule: 'clubkeys/framework-at-the-edge',
    title: 'lib and http do not know Next.js',
    offending: [
      "import { headers } from 'next/headers'\nexport const all = headers()",
      "import type { NextRequest } from 'next/server'\nexport type Asked = NextRequest",
      "import NextAuth from 'next-auth'\nexport default NextAuth",
      "export { getToken } from 'next-auth/jwt'",
      "export const later = () => import('next/cache')",
      "export type Asked = import('next/server').NextRequest",
    ],
    file: 'src/lib/practices/list.ts',
    allowed: [
      'src/app/page.tsx',
      'src/components/menu.tsx',
      'src/middleware.ts',
      'src/instrumentation.ts',
      'src/lib/sign-in/next-auth.ts',
      'src/lib/sign-in/open-id.ts',
      'src/lib/sign-in/sealed-cookie.ts',
    ],
  },
  {
    rule: 'clubkeys/one-prisma-client',
    title: 'the Prisma client is made in one place',
    offending: [
      'export const mine = new PrismaClient({ adapter })',
      'export const mine = new Generated.PrismaClient({ adapter })',
      "import { Prisma } from '../db/generated/client'\nexport const sql = Prisma.sql",
      "import type { Prisma } from '@/lib/db/generated/client'\nexport type Where = Prisma.ApiKeyWhereInput",
      "import { PrismaClient as Client } from '@prisma/client'\nexport const mine = Client",
      "import { Role } from '../db/generated/enums'\nexport const roles = Object.values(Role)",
    ],
    file: 'src/lib/practices/list.ts',
    allowed: ['src/lib/db/client.ts'],
  },
  {
    rule: 'clubkeys/parameterised-sql',
    title: 'SQL is not put together from strings',
    offending: [
      'export const rows = (name: string) => db().$queryRawUnsafe(`SELECT ${name}`)',
      "export const rows = (sql: string) => db()['$executeRawUnsafe'](sql)",
      'export const run = ({ $queryRawUnsafe: run }: Client) => run',
      'export const part = (text: string) => Prisma.raw(text)',
    ],
    file: 'src/lib/practices/list.ts',
    allowed: ['src/http/health.ts', '__tests__/lib/db/migrate.test.ts'],
  },
  {
    rule: 'clubkeys/checked-environment',
    title: 'the environment is read where it is checked',
    offending: [
      'export const url = process.env.DATABASE_URL',
      "export const url = process['env'].DATABASE_URL",
      'export const url = globalThis.process.env.DATABASE_URL',
      'const { env } = process\nexport const url = env.DATABASE_URL',
      "import { env } from 'node:process'\nexport const url = env.DATABASE_URL",
    ],
    file: 'src/lib/auth/token.ts',
    allowed: [
      'src/lib/env.ts',
      'src/lib/log.ts',
      'src/lib/process/supervisor.ts',
      'src/lib/db/embedded/process.ts',
      'src/lib/db/provision.ts',
      'src/instrumentation.ts',
      'scripts/start.ts',
    ],
  },
  {
    rule: 'clubkeys/reveal-once',
    title: 'a token leaves its Secret in one place',
    offending: [
      'export const token = (secret: Secret) => secret.reveal()',
      'export const token = ({ reveal }: Secret) => reveal()',
    ],
    file: 'src/lib/auth/read-api-keys.ts',
    allowed: ['src/lib/auth/api-key-view.ts', '__tests__/lib/auth/token.test.ts'],
  },
  {
    rule: 'clubkeys/every-test-runs',
    title: 'no test is left out',
    offending: [
      "it.skip('holds', () => {})",
      "describe.only('all', () => {})",
      "test.concurrent.only('holds', () => {})",
      "it.todo('holds')",
      "it.skip.each([1])('holds', () => {})",
      "xit('holds', () => {})",
      "fit('holds', () => {})",
    ],
    file: '__tests__/lib/page.test.ts',
    allowed: [],
  },
  {
    rule: 'no-console',
    title: 'src logs, and prints nothing',
    offending: ["console.log('here')"],
    file: 'src/lib/page.ts',
    allowed: ['scripts/keys.ts'],
  },
  {
    rule: 'max-lines',
    title: 'a file has at most 250 lines',
    offending: ['export const a = 1\n'.repeat(251)],
    file: 'src/lib/page.ts',
    allowed: [],
  },
  {
    rule: 'max-lines-per-function',
    title: 'a function of src has at most 50 lines',
    offending: [`export function long() {\n${'  step()\n'.repeat(49)}}`],
    file: 'src/lib/page.ts',
    allowed: ['__tests__/lib/page.test.ts'],
  },
  {
    rule: '@typescript-eslint/no-floating-promises',
    title: 'a promise is waited for or let go on purpose (proves that rules see types)',
    offending: ['async function write(): Promise<void> {}\nexport function handle(): void {\n  write()\n}'],
    file: 'src/middleware.ts',
    allowed: [],
    typed: true,
  },
  {
    rule: '@typescript-eslint/switch-exhaustiveness-check',
    title: 'a switch names every case',
    offending: [
      "export function name(kind: 'a' | 'b'): string {\n  switch (kind) {\n    case 'a':\n      return kind\n  }\n  return ''\n}",
    ],
    file: 'src/middleware.ts',
    allowed: [],
    typed: true,
  },
]

const FINE: [rule: string, file: string, code: string][] = [
  [
    'clubkeys/identity-from-context',
    'src/http/credential.ts',
    "export const alias = (request: Request) => request.headers.get('x-api-key')",
  ],
  [
    'clubkeys/framework-at-the-edge',
    'src/lib/page.ts',
    "import { next } from './next-page'\nexport const page = next",
  ],
  [
    'clubkeys/one-prisma-client',
    'src/lib/page.ts',
    "import type { ApiKeyModel } from './db/generated/models'\nexport type Row = ApiKeyModel",
  ],
  [
    'clubkeys/one-prisma-client',
    'src/lib/page.ts',
    "import { type Role } from './db/generated/enums'\nexport type Roles = Role[]",
  ],
  [
    'clubkeys/parameterised-sql',
    'src/lib/page.ts',
    'export const rows = (id: string) => db().$queryRaw`SELECT ${id}`',
  ],
]

describe('the linter', () => {
  const snippets = SYNTAX.flatMap(({ offending, file, allowed, typed = false }) =>
    offending.flatMap((code) => [file, ...allowed].map((place) => ({ file: place, code, typed }))),
  )
  const all = [...snippets, ...FINE.map(([, file, code]) => ({ file, code, typed: false }))]
  let fired: Map<string, string[]>
  const rulesFor = (file: string, code: string) => fired.get(file + code)!

  beforeAll(() => {
    const answers = lint(all)
    fired = new Map(all.map(({ file, code }, i) => [file + code, answers[i]!]))
  })

  it.each(SYNTAX)('$rule: $title', ({ rule, offending, file }) => {
    for (const code of offending)
      expect({ code, fired: rulesFor(file, code) }).toEqual({ code, fired: expect.arrayContaining([rule]) })
  })

  it.each(
    SYNTAX.flatMap(({ rule, offending, allowed }) => allowed.map((file) => ({ rule, offending, file }))),
  )('$rule lets $file do it', ({ rule, offending, file }) => {
    for (const code of offending)
      expect({ code, fired: rulesFor(file, code) }).toEqual({
        code,
        fired: expect.not.arrayContaining([rule]),
      })
  })

  it.each(FINE)('%s is silent about what only looks alike, in %s', (rule, file, code) => {
    expect(rulesFor(file, code)).not.toContain(rule)
  })
})

function lint(input: { file: string; code: string; typed: boolean }[]): string[][] {
  const { stdout, stderr } = spawnSync(process.execPath, ['__tests__/support/lint-snippets.mts'], {
    input: JSON.stringify(input),
    encoding: 'utf8',
  })
  if (!stdout) throw new Error(stderr)
  return JSON.parse(stdout) as string[][]
}
