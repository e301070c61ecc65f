import { globSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { OWN_MUTATORS, type Mutator } from './mutators'
import { isSql, sqlChanges } from './sql'

/** The code that decides who calls, what they may do, and how often. */
const FOLDERS = ['src/http', 'src/lib/auth', 'src/lib/permissions', 'src/lib/limits', 'prisma/migrations']

export type Mutant = {
  /**
   * The id that switches it on. A migration's mutant is written into its file while it is tried; there it is
   * only a name.
   */
  id: string
  folder: string
  file: string
  line: number
  column: number
  mutator: string
  original: string
  replacement: string
  /** A migration's whole text with the change in it. */
  migration?: string
}

const INSTRUMENTER = 'node_modules/@stryker-mutator/instrumenter/dist/src'

type Found = {
  id: string
  fileName: string
  mutatorName: string
  replacement: string
  location: { start: Place; end: Place }
  status?: string
}
type Place = { line: number; column: number }
type Stryker = {
  Instrumenter: new (logger: object) => {
    instrument: (
      files: { name: string; content: string; mutate: true }[],
      options: object,
    ) => Promise<{ files: { name: string; content: string }[]; mutants: Found[] }>
  }
}

/**
 * Compiles every mutant into the sources of a copy of the tree, each behind a switch,
 * `__STRYKER_ACTIVE_MUTANT__`: one build, and one compilation for jest, serve them all.
 */
export async function instrument(tree: string): Promise<Mutant[]> {
  const load = (file: string) =>
    import(pathToFileURL(path.resolve(INSTRUMENTER, file)).href) as Promise<unknown>
  // The package does not export it: its version is exact, and a test checks that our mutators are used.
  const { allMutators } = (await load('mutators/mutate.js')) as { allMutators: Mutator[] }
  for (const mutator of OWN_MUTATORS) if (!allMutators.includes(mutator)) allMutators.push(mutator)
  const { Instrumenter } = (await import('@stryker-mutator/instrumenter')) as unknown as Stryker
  const quiet = { debug() {}, info() {}, warn() {}, isDebugEnabled: () => false }
  const names = FOLDERS.flatMap((folder) => globSync(`${folder}/**/*.ts`)).sort()
  const sources = new Map(names.map((name) => [name, prepared(readFileSync(name, 'utf8'))]))
  const { files, mutants } = await new Instrumenter(quiet).instrument(
    [...sources].map(([name, content]) => ({ name, content, mutate: true as const })),
    { plugins: null, excludedMutations: [], ignorers: [] },
  )
  for (const { name, content } of files) writeFileSync(path.join(tree, name), content)
  return [
    ...mutants.filter(({ status }) => status !== 'Ignored').map((found) => described(found, sources)),
    ...migrationMutants(),
  ]
}

/** The mutators skip casts; without its type the value is the same. */
const prepared = (content: string) => content.replace(/([}\])]) as const\b/g, '$1')

function described(
  { id, fileName, mutatorName, replacement, location }: Found,
  sources: Map<string, string>,
): Mutant {
  const { start, end } = location
  const lines = (sources.get(fileName) ?? '').split('\n').slice(start.line, end.line + 1)
  lines.push((lines.pop() ?? '').slice(0, end.column))
  lines[0] = (lines[0] ?? '').slice(start.column)
  return {
    id,
    folder: FOLDERS.find((folder) => fileName.startsWith(folder)) ?? fileName,
    file: fileName,
    line: start.line + 1,
    column: start.column + 1,
    mutator: mutatorName,
    original: lines.join('\n'),
    replacement,
  }
}

/** The name of what a statement makes or takes away, of what stands in force until the next one says otherwise. */
const NAMED =
  /^\s*(?:--[^\n]*\s+)*(CREATE|DROP)\s+(?:OR\s+REPLACE\s+)?(TRIGGER|FUNCTION)\s+(?:IF\s+EXISTS\s+)?"?(\w+)"?(?:[^$;]*?\sON\s+("?\w+"?))?/

/**
 * Conditions of triggers and their functions, as the last migration left them: to change one that is replaced
 * changes nothing. A CHECK is left out for that reason.
 */
function migrationMutants(): Mutant[] {
  const files = globSync('prisma/migrations/*/migration.sql').sort()
  const inForce = new Map<string, string>()
  const placeOf = (file: string, at: number) => `${file} ${at}`
  const nameOf = (text: string) => {
    const [, verb, kind, name, table = ''] = NAMED.exec(text) ?? []
    return kind && name ? { verb, name: `${kind} ${name} ${kind === 'TRIGGER' ? table : ''}` } : null
  }
  for (const file of files)
    for (const { text, at } of statements(readFileSync(file, 'utf8'))) {
      const made = nameOf(text)
      if (made) inForce.set(made.name, placeOf(file, at))
    }
  return files.flatMap((file) => {
    const sql = readFileSync(file, 'utf8')
    return statements(sql)
      .filter(({ text, at }) => {
        const made = nameOf(text)
        return made?.verb === 'CREATE' && inForce.get(made.name) === placeOf(file, at) && isSql(text)
      })
      .flatMap(({ text, at }) =>
        sqlChanges(text).map((change) => ({
          folder: 'prisma/migrations',
          file,
          line: sql.slice(0, at).split('\n').length + linesToChange(text, change.text),
          column: 1,
          mutator: 'Sql',
          original: firstDifference(text, change.text),
          replacement: change.what,
          migration: sql.slice(0, at) + change.text + sql.slice(at + text.length),
        })),
      )
      .map((mutant, i) => ({ id: `${path.basename(path.dirname(file))}#${i}`, ...mutant }))
  })
}

/** Cut after each semicolon that is not inside a function's body. */
function statements(sql: string): { text: string; at: number }[] {
  const found: { text: string; at: number }[] = []
  let at = 0
  for (const { 0: end, index } of sql.matchAll(/\$\$[\s\S]*?\$\$|;/g)) {
    if (end !== ';') continue
    found.push({ text: sql.slice(at, index + 1), at })
    at = index + 1
  }
  return found
}

const sameUpTo = (a: string, b: string) => {
  let i = 0
  while (i < a.length && a[i] === b[i]) i++
  return i
}
const linesToChange = (a: string, b: string) => a.slice(0, sameUpTo(a, b)).split('\n').length - 1
const firstDifference = (a: string, b: string) => a.slice(sameUpTo(a, b)).split('\n')[0] ?? ''
