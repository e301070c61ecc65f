import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { buildWhenStale } from '../../scripts/start/build'
import { placed } from './cores'
import { inherited, ROOT } from './processes'

const NEXT = path.join(ROOT, 'node_modules/next/dist/bin/next')
const SOURCES = ['src', 'bench/subjects', 'package-lock.json', 'tsconfig.json']
const NOT_SOURCES = /(^|\/)(\.next|node_modules|generated|next-env\.d\.ts|[^/]*\.tsbuildinfo)(\/|$)/

/** The product as `npm start` builds it, unless it was built of exactly these sources before. */
export const buildProduct = (stop: AbortSignal): Promise<void> => buildWhenStale(inherited(), stop)

/**
 * An app of `bench/apps`, unless it was built of exactly these sources before. @throws Error with the build's
 * own words
 */
export async function buildApp(name: string): Promise<void> {
  const folder = path.join(ROOT, 'bench/apps', name)
  const stamp = path.join(folder, '.next/clubkeys-build')
  const current = fingerprint([...SOURCES, `bench/apps/${name}`])
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === current) return
  rmSync(stamp, { force: true })
  const [command, args] = placed('all', process.execPath, [NEXT, 'build', folder])
  await promisify(execFile)(command, args, {
    cwd: folder,
    env: { ...inherited(), NEXT_TELEMETRY_DISABLED: '1' },
  }).catch(explain)
  mkdirSync(path.dirname(stamp), { recursive: true })
  writeFileSync(stamp, current)
}

function explain(error: Error & { stdout?: string; stderr?: string }): never {
  throw new Error(`a build failed:\n${error.stdout ?? ''}${error.stderr ?? ''}`, { cause: error })
}

function fingerprint(sources: readonly string[]): string {
  const digest = createHash('sha256').update(process.version)
  for (const file of sources.flatMap(filesIn))
    digest
      .update(`${file}\0`)
      .update(readFileSync(path.join(ROOT, file)))
      .update('\0')
  return digest.digest('hex')
}

function filesIn(source: string): string[] {
  if (NOT_SOURCES.test(source)) return []
  const place = path.join(ROOT, source)
  if (!statSync(place).isDirectory()) return [source]
  return readdirSync(place)
    .sort()
    .flatMap((name) => filesIn(`${source}/${name}`))
}
