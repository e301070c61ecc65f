import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'

/**
 * The secret called `name` in `folder`, made on first use, in a file of its own that only its owner can read.
 * Processes that ask at the same moment get the same one.
 * @param bytes how many random bytes it is made of
 */
export function keepSecret(folder: string, name: string, bytes = 32): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = path.join(folder, name)
  return read(file) ?? create(file, bytes)
}

function read(file: string): string | null {
  try {
    const secret = readFileSync(file, 'utf8').trim()
    // A copy or a backup may have come back with looser modes.
    chmodSync(file, 0o600)
    chmodSync(path.dirname(file), 0o700)
    return secret
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new Error(
      `${file} cannot be read: it belongs to another user. Run as that user, or set DATABASE_URL.`,
      { cause: error },
    )
  }
}

function create(file: string, bytes: number): string {
  const draft = `${file}.${process.pid}.${randomBytes(6).toString('hex')}`
  const handle = openSync(draft, 'wx', 0o600)
  try {
    writeSync(handle, `${randomBytes(bytes).toString('base64url')}\n`)
    // On disk before the database learns it: a password lost to a power cut would lock everyone out of the
    // data.
    fsyncSync(handle)
    // link, unlike rename, never replaces: the second process takes the first one's secret.
    linkSync(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    closeSync(handle)
    rmSync(draft, { force: true })
  }
  return readFileSync(file, 'utf8').trim()
}
