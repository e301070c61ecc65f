import diagnostics from 'node:diagnostics_channel'
import { settings } from '@/lib/settings'
import { boundLog } from '@/lib/log'
import { redact } from '@/lib/redact'

type Write = (...given: unknown[]) => boolean

/**
 * The framework prints in its own words, for example addresses with their query, and a stack for much that a
 * stranger can send. Those pass the redactor, too; once requests are served, as one line a second.
 */
export function boundOutput(): void {
  const stdout = process.stdout.write.bind(process.stdout) as Write
  const stderr = process.stderr.write.bind(process.stderr) as Write
  const inWords = settings().mode === 'production' ? boundLog((text) => stderr(text)) : null
  let serving = false
  diagnostics.subscribe('http.server.request.start', () => (serving = true))
  const through =
    (write: Write): Write =>
    (chunk, ...rest) => {
      const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk as Uint8Array).toString()
      if (!serving || !inWords) return write(redact(text), ...rest)
      inWords(text)
      const done = rest.find((one) => typeof one === 'function') as (() => void) | undefined
      if (done) queueMicrotask(done)
      return true
    }
  // Whoever read it may be gone, or the disk be full. Unheard, the error would end in the framework's words for
  // it, which fail as well: a process that does nothing else any more.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  process.stdout.write = through(stdout)
  process.stderr.write = through(stderr)
}
