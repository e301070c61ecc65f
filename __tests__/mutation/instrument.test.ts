import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Mutant } from '../../mutation/instrument'
import { temporaryFolder } from '../support/temporary'

jest.setTimeout(60_000)

const ROOT = path.resolve(__dirname, '../..')
const SOURCE = `
const refuse = (log: string[]) => { log.push('refused') }
export const lock = (id: string) => String.raw\`SELECT 1 FROM "A" WHERE "id" = \${id} AND "club" = 1 FOR UPDATE\`
export const live = (id: string) => ({ id, revokedAt: null }) as const
export const act = (log: string[]) => { refuse(log); return log }
`
const TRIGGER = `
CREATE TRIGGER t BEFORE UPDATE ON "A" FOR EACH ROW WHEN (OLD."id" <> NEW."id" OR OLD."club" <> NEW."club") EXECUTE FUNCTION f();
`

const REPLACED = `
CREATE FUNCTION replaced() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW."a" IS NULL THEN RETURN NULL; END IF; END $$;
CREATE FUNCTION dropped() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW."a" IS NULL THEN RETURN NULL; END IF; END $$;
CREATE TRIGGER moved BEFORE UPDATE ON "A" FOR EACH ROW WHEN (OLD."a" IS NULL) EXECUTE FUNCTION f();
CREATE TRIGGER moved BEFORE UPDATE ON "B" FOR EACH ROW WHEN (OLD."a" IS NULL) EXECUTE FUNCTION f();
`
const REPLACING = `
-- A comment.
CREATE OR REPLACE FUNCTION replaced() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW."b" IS NULL THEN RETURN NULL; END IF; END $$;
DROP FUNCTION dropped();
DROP TRIGGER moved ON "A";
`

let folder: string
let mutants: Mutant[]
beforeAll(() => {
  folder = temporaryFolder()
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'))
  for (const [name, text] of [
    ['src/lib/auth/x.ts', SOURCE],
    ['prisma/migrations/1_a/migration.sql', TRIGGER],
    ['prisma/migrations/1_b/migration.sql', REPLACED],
    ['prisma/migrations/2_c/migration.sql', REPLACING],
  ] as const) {
    mkdirSync(path.join(folder, path.dirname(name)), { recursive: true })
    writeFileSync(path.join(folder, name), text)
  }
  mutants = JSON.parse(run(`require(${JSON.stringify(path.join(ROOT, 'mutation/instrument.ts'))}).instrument('.').then((all) => console.log(JSON.stringify(all)))`)) as Mutant[] // prettier-ignore
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What a script prints, with a mutant switched on. */
function run(script: string, mutant?: string): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--import', 'tsx', '-e', script], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, ...(mutant !== undefined && { __STRYKER_ACTIVE_MUTANT__: mutant }) },
  })
  if (status !== 0) throw new Error(stderr)
  return stdout
}

const ids = (mutator: string) => mutants.filter((one) => one.mutator === mutator).map(({ id }) => id)
const said = (expression: string, mutant?: string) =>
  run(`console.log(JSON.stringify(require('./src/lib/auth/x.ts').${expression}))`, mutant).trim()

it('compiles mutants in that do nothing until they are switched on', () => {
  expect(said(`lock('7')`)).toContain('= 7 AND')
  expect(said(`live('7')`)).toBe('{"id":"7","revokedAt":null}')
  expect(said('act([])')).toBe('["refused"]')
})

it('changes SQL, one condition or lock at a time', () => {
  const [first = '', second = '', third = ''] = ids('Sql').map(
    (id) => JSON.parse(said(`lock('7')`, id)) as string,
  )
  expect(first.replace(/\s+/g, ' ')).toBe('SELECT 1 FROM "A" WHERE true AND "club" = 1 FOR UPDATE')
  expect(second.replace(/\s+/g, ' ')).toBe('SELECT 1 FROM "A" WHERE "id" = 7 AND true FOR UPDATE')
  expect(third.trim()).toBe('SELECT 1 FROM "A" WHERE "id" = 7 AND "club" = 1')
})

it('takes a property out of a filter, whatever its type is cast to', () => {
  expect(ids('Where').map((id) => said(`live('7')`, id))).toEqual(['{"revokedAt":null}', '{"id":"7"}'])
})

it('takes a statement out that only calls', () => {
  expect(ids('CallStatement').map((id) => said('act([])', id))).toContain('[]')
})

it('changes the conditions of triggers, in the file’s own text', () => {
  const changed = mutants.filter(({ file }) => file.includes('1_a'))
  expect(changed.map(({ replacement }) => replacement)).toEqual([
    expect.stringContaining('→ true'),
    'OLD."id" <> NEW."id" → false',
    'OLD."club" <> NEW."club" → false',
  ])
  for (const { migration } of changed) expect(migration).toMatch(/^\nCREATE TRIGGER t BEFORE UPDATE ON "A"/)
})

it('leaves out what a later migration replaces or takes away', () => {
  const of = (file: string) => mutants.filter((one) => one.file.includes(file)).map(({ line }) => line)
  expect(new Set(of('1_b'))).toEqual(new Set([5]))
  expect(new Set(of('2_c'))).toEqual(new Set([3]))
})
