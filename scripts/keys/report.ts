import { constants, fstatSync, type BigIntStats } from 'node:fs'
import { open, stat, type FileHandle } from 'node:fs/promises'
import { UsageError } from '../cli/command'

const SHOWN = 20

/** Where a row stands: its line in a file, or its place in a table (`ctid`). */
type RefusedRow = { line?: number; place?: string; reason: string }

/**
 * Where refused rows are named, by their line and the reason: a file of JSON lines that only its owner may
 * read, or the first few of them on stderr.
 * @throws UsageError
 */
export async function openReport(file: string | undefined, source: string) {
  if (file === undefined) return onTerminal()
  const handle = await openForGood(file)
  if (isSame(await handle.stat({ bigint: true }), await statOf(source))) {
    await handle.close()
    throw new UsageError('--report would overwrite what is read')
  }
  // What an earlier run refused, this one says again.
  await handle.truncate()
  await handle.chmod(0o600)
  return inFile(handle)
}

/** By any name: another link to a file is the same file, and a shell may have opened it as stdin. */
const isSame = (one: BigIntStats, other: BigIntStats | null): boolean =>
  one.dev === other?.dev && one.ino === other.ino

async function statOf(source: string): Promise<BigIntStats | null> {
  if (source !== '-') return stat(source, { bigint: true }).catch(() => null)
  try {
    return fstatSync(process.stdin.fd, { bigint: true })
  } catch {
    // Closed.
    return null
  }
}

/** Through no link: in a folder of several people, somebody else may have laid it. */
const APPENDS = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW

async function openForGood(file: string): Promise<FileHandle> {
  const there = await stat(file).catch(() => null)
  if (there && !there.isFile() && !there.isDirectory()) throw new UsageError('--report is no file')
  return open(file, APPENDS, 0o600).catch((error: unknown) => {
    const { code = '' } = error as NodeJS.ErrnoException
    throw new UsageError(
      code === 'ELOOP' ? '--report is a link: name the file itself' : `--report cannot be written: ${code}`,
    )
  })
}

/** A disk that is full keeps no good row out: the same run with a place for its report names them again. */
function inFile(handle: FileHandle) {
  let [count, written] = [0, 0]
  let failed: string | null = null
  const attempt = (write: () => Promise<unknown>) =>
    write().catch((error: unknown) => void (failed ??= (error as NodeJS.ErrnoException).code ?? 'error'))
  return {
    add: async (row: RefusedRow): Promise<void> => {
      count++
      if (failed !== null) return
      await attempt(() => handle.appendFile(`${JSON.stringify(row)}\n`))
      if (failed === null) written++
    },
    close: async (): Promise<void> => {
      await attempt(() => handle.close())
      if (failed !== null)
        process.stderr.write(
          `The report is not whole (${failed}): ${count - written} of ${count} refused rows are missing. The same run with another --report names them all.\n`,
        )
    },
  }
}

function onTerminal() {
  let count = 0
  return {
    add: ({ line, place, reason }: RefusedRow): void => {
      if (++count <= SHOWN)
        process.stderr.write(`${place === undefined ? `line ${line}` : `row ${place}`} ${reason}\n`)
    },
    close: async (): Promise<void> => {
      if (count > SHOWN) process.stderr.write(`and ${count - SHOWN} more; --report FILE keeps them all\n`)
    },
  }
}
