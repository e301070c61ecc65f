import { copyFileSync, chmodSync, statSync, truncateSync } from 'node:fs'

const LARGEST_BYTES = 5_000_000
const LOOK_EVERY_MS = 10_000

/** Keeps the server's log below two times 5 MB. The server appends, so emptying the file under it is safe. */
export function boundLogFile(file: string): { stop(): void } {
  const look = () => {
    try {
      if (statSync(file).size <= LARGEST_BYTES) return
      copyFileSync(file, `${file}.1`)
      chmodSync(`${file}.1`, 0o600)
      truncateSync(file)
    } catch {
      // A full disk, or a folder removed under us: no reason to fail anyone's request.
    }
  }
  look()
  const timer = setInterval(look, LOOK_EVERY_MS).unref()
  return { stop: () => clearInterval(timer) }
}
