import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { instrument, type Mutant } from './instrument'

/** Where a run keeps its files: git, the checks and jest ignore it. */
export const HOME = path.resolve('.mutation')
export const TREE = path.join(HOME, 'tree')
const STAMP = path.join(HOME, 'sources')
const MUTANTS = path.join(HOME, 'mutants.json')

/** Copied: through a link the build would read sources that are not instrumented. */
const SOURCES = ['src', 'docs', 'prisma', 'scripts', 'chaos', 'mutation', 'fixtures', '__tests__/fixtures']
const FILES = [
  'jest.config.ts',
  'next.config.js',
  'package.json',
  'postcss.config.mjs',
  'prisma.config.ts',
  'tsconfig.json',
]

/**
 * A copy of the tree with all mutants compiled in, built once; made anew when a source has changed.
 * @returns the mutants, and what they were made of
 */
export async function makeTree(): Promise<{ mutants: Mutant[]; sources: string }> {
  const sources = fingerprint()
  if (!existsSync(STAMP) || readFileSync(STAMP, 'utf8') !== sources) {
    rmSync(STAMP, { force: true })
    rmSync(TREE, { recursive: true, force: true })
    mkdirSync(TREE, { recursive: true })
    for (const name of [...SOURCES, ...FILES])
      cpSync(name, path.join(TREE, name), {
        recursive: true,
        filter: isCopied,
      })
    linkPackages()
    withoutStyles()
    const mutants = await instrument(TREE)
    writeFileSync(MUTANTS, JSON.stringify(mutants))
    build()
    writeFileSync(STAMP, sources)
  }
  copyTests()
  return { mutants: JSON.parse(readFileSync(MUTANTS, 'utf8')) as Mutant[], sources }
}

/** Packages and builds are not; a route may have `.next` in its name. */
export const isCopied = (name: string): boolean => !/(^|\/)(node_modules|\.next)(\/|$)/.test(name)

/**
 * File by file: the bundler follows no link out of an app's own folder, and the tests build apps in the copy.
 */
function linkPackages(): void {
  const { status, stderr } = spawnSync('cp', ['-al', path.resolve('node_modules'), TREE], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`The packages could not be linked:\n${stderr}`)
}

/** Looking for class names, the compiler of styles would read all packages. No test here sees any. */
function withoutStyles(): void {
  const file = path.join(TREE, 'src/app/globals.css')
  const styles = readFileSync(file, 'utf8')
  writeFileSync(file, styles.replace("@import 'tailwindcss'", "@import 'tailwindcss' source(none)"))
}

/** Tests change while survivors are being killed; the sources do not. */
function copyTests(): void {
  const isBuilt = (name: string) => /__tests__\/fixtures/.test(name)
  cpSync('__tests__', path.join(TREE, '__tests__'), { recursive: true, filter: (name) => !isBuilt(name) })
  cpSync('mutation', path.join(TREE, 'mutation'), { recursive: true })
}

function build(): void {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['node_modules/next/dist/bin/next', 'build'],
    {
      cwd: TREE,
      encoding: 'utf8',
      env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
    },
  )
  if (status !== 0) throw new Error(`The build with the mutants failed:\n${stdout}${stderr}`)
}

function fingerprint(): string {
  const digest = createHash('sha256')
  const names = globSync(
    [
      '{src,prisma,scripts,chaos}/**/*',
      'mutation/{instrument,mutators,sql}.ts',
      ...FILES,
      'package-lock.json',
    ],
    {
      exclude: (name) => /generated/.test(name),
    },
  )
  for (const name of names.filter((one) => statSync(one).isFile()).sort())
    digest.update(`${name}\0`).update(readFileSync(name)).update('\0')
  return digest.digest('hex')
}
