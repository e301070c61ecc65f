import pino from 'pino'
import { redact } from './redact'

// The finished line is redacted, not chosen fields of it: a token inside an error's message or stack is
// caught too.
const destination = { write: (line: string) => void process.stderr.write(redact(line)) }

/** JSON lines on stderr: stdout belongs to the answers of commands. Give it ids, never rows. */
export const log = pino(
  { level: process.env.LOG_LEVEL || 'info', base: null, timestamp: pino.stdTimeFunctions.isoTime },
  destination,
)
