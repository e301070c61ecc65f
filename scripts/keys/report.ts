import { open, realpath } from 'node:fs/promises'
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
  const handle = await open(file, 'a', 0o600).catch((error: unknown) => {
    throw new UsageError(`--report cannot be written: ${(error as NodeJS.ErrnoException).code ?? ''}`)
  })
  if (source !== '-' && (await realpath(file)) === (await realpath(source).catch(() => null))) {
    await handle.close()
    throw new UsageError('--report would overwrite what is read')
  }
  // What an earlier run refused, this one says again.
  await handle.truncate()
  await handle.chmod(0o600)
  return {
    add: async (row: RefusedRow): Promise<void> => void (await handle.write(`${JSON.stringify(row)}\n`)),
    close: () => handle.close(),
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
