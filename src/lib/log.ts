import pino from 'pino'
import { LogGate } from './log-gate'
import { redact } from './redact'

type Write = (text: string) => unknown

/** Set where requests are served, for all the copies of this module that the framework makes. */
const shared = globalThis as typeof globalThis & { clubkeysLog?: { gate: LogGate; write: Write } }

// The finished line is redacted, not certain fields of it, so that a token in an error's message or stack is
// caught, too.
const destination = {
  write: (line: string) =>
    void (shared.clubkeysLog ? shared.clubkeysLog.write(redact(line)) : process.stderr.write(redact(line))),
}

/** In another app, the variable may hold a level that we do not have. */
function levelAsked(): string {
  const { LOG_LEVEL = '' } = process.env
  return LOG_LEVEL in pino.levels.values ? LOG_LEVEL : 'info'
}

/** JSON lines on stderr: stdout belongs to the answers of commands. Give it ids, never rows. */
export const log = pino(
  {
    level: levelAsked(),
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: boundedError },
    hooks: {
      logMethod(given, write, level) {
        const gate = shared.clubkeysLog?.gate
        const [bound, message] = given as [object, string?]
        // Good news is rare, and strangers cannot cause it.
        if (!gate || level < WARN || typeof bound !== 'object') return write.apply(this, given)
        gate.pass(message ?? '', (leftOut) =>
          write.apply(this, (leftOut > 0 ? [{ ...bound, leftOut }, message] : given) as typeof given),
        )
      },
    },
  },
  destination,
)
const WARN = pino.levels.values.warn ?? 40

/**
 * From now on errors are logged once a second of each kind; what the framework prints in its own words is one
 * such kind.
 * @returns what takes the framework's words
 */
export function boundLog(write: Write): Write {
  const gate = new LogGate()
  shared.clubkeysLog = { gate, write }
  return (text) =>
    gate.pass('the framework said', (leftOut) => {
      const line = {
        level: WARN,
        time: new Date().toISOString(),
        text: cut(redact(text)),
        ...(leftOut > 0 && { leftOut }),
        msg: 'the framework said',
      }
      write(`${JSON.stringify(line)}\n`)
    })
}

/** How long a line of `writeSoon` waits for others, in milliseconds, and how many characters wait at most. */
const SOON_MS = 50
const MAX_WAITING = 64 * 1024

const soon = ((
  globalThis as typeof globalThis & { clubkeysSoon?: { text: string; timer: NodeJS.Timeout | null } }
).clubkeysSoon ??= { text: '', timer: null })

/**
 * Writes a finished line with the next ones at once: a write of its own for each request would cost more than
 * the rest of the log. What a process that is killed with -9 had not yet written is lost.
 * @param line without a secret, and without its end
 */
export function writeSoon(line: string): void {
  if (soon.text === '') process.once('exit', writeWaiting)
  soon.text += `${line}\n`
  if (soon.text.length > MAX_WAITING) return writeWaiting()
  soon.timer ??= setTimeout(writeWaiting, SOON_MS).unref()
}

function writeWaiting(): void {
  const { text, timer } = soon
  Object.assign(soon, { text: '', timer: null })
  if (timer) clearTimeout(timer)
  process.off('exit', writeWaiting)
  if (text === '') return
  if (shared.clubkeysLog) shared.clubkeysLog.write(text)
  else process.stderr.write(text)
}

/** In characters. The message of an error can hold all that a stranger sent. */
const MAX_TEXT = 2_000

/** Type, message, code and stack of an error, cut; and no object that hangs on it. */
function boundedError(error: Error) {
  const said = Object.entries(pino.stdSerializers.err(error)).flatMap(([name, value]) =>
    typeof value === 'object' ? [] : [[name, typeof value === 'string' ? cut(value) : (value as unknown)]],
  )
  return Object.fromEntries(said) as object
}

const cut = (text: string): string =>
  text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}… (${text.length} characters)` : text
