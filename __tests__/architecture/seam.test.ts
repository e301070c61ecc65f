import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'

/**
 * The key layer stands in apps whose tables nobody here has seen. It reads people and clubs through the views
 * `owner` and `club`, and locks rows of its own.
 */

const ROOT = path.resolve(__dirname, '../..')

/** Rooms of lib that are the club app's. */
const OF_THE_APP = [
  'sign-in',
  'members',
  'service-accounts',
  'practices',
  'clubs',
  'mail',
  'letters',
  'notifications',
]
/** What makes the tables, and says who may use them. */
const OF_ALL_TABLES = ['src/lib/db/rights.ts']

const TABLES = '(?:Membership|User|Club)'
const MODELS = '(?:membership|user|club)'
const VERBS = '(?:find|count|create|update|upsert|delete|groupBy|aggregate)'
const NAMES: readonly [what: RegExp, instead: string][] = [
  [
    new RegExp(`(?<!\\\\)"${TABLES}"`),
    'read the view "owner" or "club" instead, or lock a row of the layer’s',
  ],
  [new RegExp(`\\.${MODELS}\\.${VERBS}`), 'ask src/lib/people instead'],
  [
    new RegExp(`\\b${MODELS}(?:ship)?s?: \\{ (?:select|include|is|some|none|every)\\b`),
    'go by `owner`, the holder, instead',
  ],
  [new RegExp(`\\bPrisma\\.${TABLES}[A-Z]\\w*|\\b${TABLES}Model\\b`), 'take a type of lib/people instead'],
]

type Named = { file: string; line: number; text: string; instead: string }

const namedIn = (file: string, source: string): Named[] =>
  source.split('\n').flatMap((text, n) => {
    const found = NAMES.find(([what]) => what.test(text))
    return found ? [{ file, line: n + 1, text: text.trim(), instead: found[1] }] : []
  })

const inWords = ({ file, line, text, instead }: Named) =>
  `${file}:${line} names a table of the app’s (${text}): ${instead}`

it('no file of the key layer names a table of people or clubs: every app has its own', () => {
  const files = globSync('src/{http,package,lib}/**/*.ts', {
    cwd: ROOT,
    exclude: ['src/lib/db/generated/**'],
  })
    .filter((file) => !OF_THE_APP.some((room) => file.startsWith(`src/lib/${room}/`)))
    .filter((file) => !OF_ALL_TABLES.includes(file))
  expect(files.length).toBeGreaterThan(200)
  const found = files.flatMap((file) => namedIn(file, readFileSync(path.join(ROOT, file), 'utf8')))
  expect(found.map(inWords)).toEqual([])
})

it.each([
  'SELECT 1 FROM "Membership" WHERE "id" = $1 FOR UPDATE',
  'JOIN "Club" c ON c."id" = k."clubId"',
  'const row = await tx.membership.findFirst({ where })',
  'await db().club.update({ where, data })',
  'owner: { select: { user: { select: { name: true } } } },',
  'type Row = Prisma.MembershipGetPayload<{ select: typeof select }>',
  "import type { UserModel } from './generated/models'",
])('would find: %s', (line) => {
  expect(namedIn('src/lib/auth/some.ts', line)).toHaveLength(1)
})

it.each([
  'SELECT o."roles" FROM "owner" o WHERE o."club_id" = $1',
  'SELECT "clubId", "userId" FROM "Holder" FOR NO KEY UPDATE',
  "actor.ability.can('update', 'Club')",
  'type Found = { club: { id: string; slug: string } }',
  'return { user: { id, name, kind } }',
])('lets stand: %s', (line) => {
  expect(namedIn('src/lib/auth/some.ts', line)).toEqual([])
})
