import path from 'node:path'
import js from '@eslint/js'
import { defineConfig, includeIgnoreFile } from 'eslint/config'
import tseslint from 'typescript-eslint'

const CODE = ['{src,scripts,prisma,bench,chaos,gallery,mutation,attack,examples}/**/*.{ts,tsx,mts}']
const SRC = ['src/**/*.{ts,tsx,mts}']
const TESTS = ['__tests__/**/*.{ts,tsx,mts}']

const IDENTITY = '(x-api-key-(club-id|user-id|context)|x-auth-type)'
const IDENTITY_NAMES = '^(IDENTITY_HEADERS|CONTEXT_HEADER|CLUB_HEADER|USER_HEADER|AUTH_TYPE_HEADER)$'
const UNSAFE_SQL = '^(\\$queryRawUnsafe|\\$executeRawUnsafe)$'
const TEST_NAMES = '^(it|test|describe)$'
const LEFT_OUT = '^(skip|only|todo|failing)$'

/** Every way to import or re-export a module, types included. */
const imports = (pattern) => [
  `:matches(ImportDeclaration, ImportExpression, ExportNamedDeclaration, ExportAllDeclaration)[source.value=/${pattern}/]`,
  `TSImportType[argument.literal.value=/${pattern}/]`,
]
const member = (pattern) => [
  `MemberExpression[property.name=/${pattern}/]`,
  `MemberExpression[property.value=/${pattern}/]`,
]

/**
 * The project's own rules: what is forbidden (as selectors), where, except in which files, and the reason the
 * offender reads.
 */
const projectRules = {
  'identity-from-context': {
    why: 'The plain identity headers prove nothing: a client can send them. Take the caller from getAuthContext(request).',
    files: CODE,
    except: [
      'src/http/headers.ts',
      'src/http/hand-on.ts',
      // Takes forged identity away, before the framework sees it.
      'src/http/incoming.ts',
      'src/http/context.ts',
      'src/http/session-credential.ts',
      // Keeps an app from naming one of them as a header of its own.
      'src/lib/old-headers.ts',
      // Hands on what the door found out.
      'src/package/next.ts',
      'src/lib/redact.ts',
    ],
    forbid: [
      `Literal[value=/${IDENTITY}/i]`,
      `TemplateElement[value.cooked=/${IDENTITY}/i]`,
      `ImportSpecifier[imported.name=/${IDENTITY_NAMES}/]`,
      `ExportSpecifier[local.name=/${IDENTITY_NAMES}/]`,
      'ExportAllDeclaration[source.value=/headers$/]',
      ...member(IDENTITY_NAMES),
    ],
  },
  'framework-at-the-edge': {
    why: 'Only pages, routes, components, the two entry files and the login session know Next.js; everything else speaks the Web’s Request and Response and runs without it.',
    files: SRC,
    except: [
      'src/app/**',
      'src/components/**',
      'src/middleware.ts',
      'src/instrumentation.ts',
      'src/package/next.ts',
      'src/lib/sign-in/{next-auth,open-id,sealed-cookie}.ts',
    ],
    forbid: imports('^(next|next-auth)(\\/|$)'),
  },
  'one-prisma-client': {
    why: 'The one Prisma client is db() of src/lib/db/client.ts: it carries the extension without which an empty ability matches every row. Generated models and enums may be imported as types.',
    files: CODE,
    except: ['src/lib/db/client.ts'],
    forbid: [
      'NewExpression[callee.name="PrismaClient"]',
      'NewExpression[callee.property.name="PrismaClient"]',
      ...imports('^@prisma\\/client(\\/|$)|generated\\/client'),
      'ImportDeclaration[importKind="value"][source.value=/db\\/generated\\//] > :matches(ImportSpecifier[importKind="value"], ImportNamespaceSpecifier, ImportDefaultSpecifier)',
    ],
  },
  'one-kind-of-session': {
    why: 'A session that is opened past src/lib/db/session.ts has whatever time zone and other settings its server, database or role say. Use openSession() or openPool().',
    files: ['{src,scripts,prisma}/**/*.{ts,tsx,mts}'],
    except: [
      'src/lib/db/session.ts',
      'src/lib/db/pool.ts',
      'src/lib/db/patient-pool.ts',
      'src/lib/db/address.ts',
      'src/lib/db/embedded/lease.ts',
    ],
    forbid: [
      'ImportDeclaration[importKind="value"][source.value="pg"] > ImportSpecifier[importKind="value"]',
      'ImportDeclaration[importKind="value"][source.value="pg"] > :matches(ImportDefaultSpecifier, ImportNamespaceSpecifier)',
      'ImportExpression[source.value="pg"]',
    ],
  },
  'parameterised-sql': {
    why: 'SQL put together from strings is one slip from an injection. Use $queryRaw`...` or $executeRaw`...`, whose values are parameters.',
    files: SRC,
    except: ['src/http/health.ts'],
    forbid: [
      ...member(UNSAFE_SQL),
      `ObjectPattern > Property[key.name=/${UNSAFE_SQL}/]`,
      'MemberExpression[object.name="Prisma"][property.name="raw"]',
    ],
  },
  'checked-environment': {
    why: 'A variable read past src/lib/env.ts is unchecked and undocumented: add it to src/lib/environment/variables.ts and call env().',
    files: SRC,
    except: [
      'src/lib/env.ts',
      'src/lib/log.ts',
      'src/lib/process/**',
      'src/lib/db/embedded/**',
      'src/lib/db/provision.ts',
      'src/instrumentation.ts',
    ],
    forbid: [
      ':matches(MemberExpression[object.name="process"], MemberExpression[object.property.name="process"]):matches([property.name="env"], [property.value="env"])',
      'VariableDeclarator[init.name="process"] > ObjectPattern > Property[key.name="env"]',
      'ImportDeclaration[source.value=/^(node:)?process$/] > ImportSpecifier[imported.name="env"]',
    ],
  },
  'reveal-once': {
    why: 'A token leaves its Secret in one place, the answer that creates it (G1). Pass the Secret on instead.',
    files: CODE,
    except: ['src/lib/auth/api-key-view.ts'],
    forbid: [...member('^reveal$'), 'ObjectPattern > Property[key.name="reveal"]'],
  },
  'every-test-runs': {
    why: 'A test that is left out, or leaves the others out, guards nothing. Fix it or delete it.',
    files: TESTS,
    except: [],
    forbid: [
      `MemberExpression[object.name=/${TEST_NAMES}/][property.name=/${LEFT_OUT}/]`,
      `MemberExpression[object.object.name=/${TEST_NAMES}/][property.name=/${LEFT_OUT}/]`,
      'Identifier[name=/^(xit|xtest|xdescribe|fit|ftest|fdescribe)$/]',
    ],
  },
}

const asRule = ({ why, forbid }) => ({
  meta: { type: 'problem', schema: [] },
  create: (context) =>
    Object.fromEntries(
      forbid.map((selector) => [selector, (node) => context.report({ node, message: why })]),
    ),
})

const clubkeys = {
  rules: Object.fromEntries(Object.entries(projectRules).map(([name, rule]) => [name, asRule(rule)])),
}

export default defineConfig(
  includeIgnoreFile(path.join(import.meta.dirname, '.gitignore')),
  // Their packages are there only once the benchmark, or the test, has run.
  { ignores: ['bench/peers/', 'fixtures/sign-ins/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error', reportUnusedInlineConfigs: 'error' } },
  js.configs.recommended,
  tseslint.configs.recommendedTypeChecked,
  {
    // One program for everything: the small apps of bench and fixtures have a tsconfig each, and would take a
    // program each.
    languageOptions: { parserOptions: { project: 'tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines': ['error', { max: 320, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/no-deprecated': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_' },
      ],
      // Numbers print as one expects; anything else in a template is `[object Object]` or `undefined` waiting
      // to happen.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // Without `await` inside `try`, the `catch` next to it never sees the failure.
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/use-unknown-in-catch-callback-variable': 'error',
      // Wrong where exactOptionalPropertyTypes makes the assertion necessary (8.73), and its fix then breaks
      // the build.
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
      // A function that must return a promise need not have something to wait for.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: SRC,
    rules: {
      'no-console': 'error',
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    // Markup is long where it says little.
    files: ['src/**/*.tsx'],
    rules: { 'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }] },
  },
  {
    files: TESTS,
    rules: {
      // Answers are parsed JSON, and a test that reads a missing field fails, which is what it is for.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // jest makes a second instance of a module by requiring it anew.
      '@typescript-eslint/no-require-imports': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/restrict-template-expressions': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/use-unknown-in-catch-callback-variable': 'off',
    },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      globals: {
        AbortSignal: false,
        URL: false,
        __dirname: false,
        console: false,
        fetch: false,
        module: true,
        process: false,
        require: false,
      },
    },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  ...Object.entries(projectRules).map(([name, { files, except }]) => ({
    files,
    ignores: except,
    plugins: { clubkeys },
    rules: { [`clubkeys/${name}`]: 'error' },
  })),
)
