import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { runNext } from './next'
import { progress } from './progress'

const STAMP = '.next/clubkeys-build'
/** What a build is made of. */
export const SOURCES = [
  'src',
  // Pages of the app, too.
  'docs',
  'public',
  'prisma/schema.prisma',
  'prisma/migrations',
  'package-lock.json',
  'tsconfig.json',
]
const CONFIGURATION = /^(next|postcss|tailwind)\.config\.[cm]?[jt]s$/
/** Made from schema.prisma and the packages, both of which count already. */
const GENERATED = path.join('src', 'lib', 'db', 'generated')

/**
 * Builds the app unless the last build was made of exactly these sources. @throws Error with the build's own
 * words
 */
export async function buildWhenStale(env: NodeJS.ProcessEnv, stop?: AbortSignal): Promise<void> {
  const current = fingerprint()
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === current) return
  rmSync(STAMP, { force: true })
  const done = progress('Building the app')
  const build = runNext(
    ['build'],
    { ...env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
    { quiet: true },
  )
  const onStop = () => void build.stop()
  stop?.addEventListener('abort', onStop)
  const code = await build.exited.finally(done)
  stop?.removeEventListener('abort', onStop)
  stop?.throwIfAborted()
  if (code !== 0) throw new Error(`The build failed:\n${build.output()}`)
  leaveSettingsOut('.next/standalone')
  mkdirSync(path.dirname(STAMP), { recursive: true })
  // Of what was there when the build began: a file saved meanwhile is built next time.
  writeFileSync(STAMP, current)
}

/**
 * The framework puts the `.env` of whoever builds beside the standalone server, which would read it wherever it
 * is copied to: the owner's password, or the secret of a computer at home.
 */
export function leaveSettingsOut(folder: string): void {
  if (!existsSync(folder)) return
  for (const name of readdirSync(folder)) if (/^\.env(\.|$)/.test(name)) rmSync(path.join(folder, name))
}

/**
 * Whether our last build is one of other sources than these. Says nothing of a build that somebody else made.
 */
export const isBuildOutdated = (): boolean =>
  existsSync(STAMP) && readFileSync(STAMP, 'utf8') !== fingerprint()

function fingerprint(): string {
  const digest = createHash('sha256').update(process.version)
  for (const [name, value] of Object.entries(process.env).sort())
    if (name.startsWith('NEXT_PUBLIC_')) digest.update(`${name}=${value}\0`)
  for (const file of [...SOURCES, ...readdirSync('.').filter((name) => CONFIGURATION.test(name))].flatMap(
    filesIn,
  )) {
    digest.update(`${file}\0`).update(readFileSync(file)).update('\0')
  }
  return digest.digest('hex')
}

function filesIn(source: string): string[] {
  const stat = statSync(source, { throwIfNoEntry: false })
  if (!stat || source === GENERATED) return []
  if (!stat.isDirectory()) return [source]
  return readdirSync(source)
    .sort()
    .flatMap((name) => filesIn(path.join(source, name)))
}
