import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import ts from 'typescript'

const ROOT = path.resolve(__dirname, '../..')

/** What the framework looks for by these names, in many files. */
const THE_FRAMEWORKS = new Set([
  ...['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'],
  ...['metadata', 'generateMetadata', 'dynamic', 'config'],
])

const isExported = (statement: ts.Statement): boolean =>
  ts.canHaveModifiers(statement) &&
  (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)

const namesIn = (name: ts.BindingName): string[] =>
  ts.isIdentifier(name)
    ? [name.text]
    : name.elements.flatMap((element) => (ts.isBindingElement(element) ? namesIn(element.name) : []))

/** A name that is handed on from another file is that file's. */
function namesOf(statement: ts.Statement): string[] {
  if (ts.isExportDeclaration(statement)) {
    const { exportClause, moduleSpecifier } = statement
    if (moduleSpecifier || !exportClause || !ts.isNamedExports(exportClause)) return []
    return exportClause.elements.map(({ name }) => name.text)
  }
  if (!isExported(statement)) return []
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap(({ name }) => namesIn(name))
  const { name } = statement as ts.DeclarationStatement
  return name ? [name.text] : []
}

function exportsOf(files: readonly string[], read: (file: string) => string): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const file of files) {
    const { statements } = ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true)
    for (const name of new Set(statements.flatMap(namesOf)))
      found.set(name, [...(found.get(name) ?? []), file])
  }
  return found
}

const sharedIn = (files: readonly string[], read: (file: string) => string): string[] =>
  [...exportsOf(files, read)]
    .filter(([name, where]) => where.length > 1 && !THE_FRAMEWORKS.has(name))
    .map(([name, where]) => `${name} means another thing in each of ${where.join(', ')}: rename all but one`)

it('a name means one thing: no two files of src export the same', () => {
  const files = globSync('src/**/*.{ts,tsx}', { cwd: ROOT, exclude: ['src/**/generated/**'] }).sort()
  expect(files.length).toBeGreaterThan(300)
  expect(sharedIn(files, (file) => readFileSync(path.join(ROOT, file), 'utf8'))).toEqual([])
})

it.each([
  ['a type and a function', 'export type Page = string', 'export function Page() {}'],
  ['a class and a constant', 'export class Page {}', 'export const { a: Page } = { a: 1 }'],
  ['a name that is given at the end', 'const Page = 1\nexport { Page }', 'export async function Page() {}'],
])('would find %s of one name', (_, one, other) => {
  expect(sharedIn(['one.tsx', 'other.tsx'], (file) => (file === 'one.tsx' ? one : other))).toEqual([
    'Page means another thing in each of one.tsx, other.tsx: rename all but one',
  ])
})

it.each([
  ['what another file hands on', 'export class Page {}', "export { Page } from './one'"],
  ['what the framework looks for', 'export const GET = 1', 'export const GET = 2'],
  ['a type and its schema in one file', 'export const Page = 1\nexport type Page = 2', 'export const a = 1'],
])('leaves alone %s', (_, one, other) => {
  expect(sharedIn(['one.tsx', 'other.tsx'], (file) => (file === 'one.tsx' ? one : other))).toEqual([])
})
