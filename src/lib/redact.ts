import { settings } from './settings'

const CREDENTIAL_HEADERS = ['authorization', 'x-api-key', 'x-api-key-context', 'cookie', 'set-cookie']

// No word boundary before it: in `\nsk_...` of a JSON line and `%20sk_...` of an address there is none.
const TOKEN = /sk_[a-z0-9]{2,12}_[0-9A-Za-z]{4,}/g
const NAME = `(?:${CREDENTIAL_HEADERS.join('|')})`
/**
 * The value in quotes, which may themselves be escaped (JSON within JSON), up to the same quotes again: n
 * backslashes and any number of 2n + 2.
 */
const QUOTED = new RegExp(
  `(${NAME}(?:\\\\*["'])?\\s*[:=,]\\s*(?:\\[\\s*)?(\\\\*)(["']))(?:(?!(?<!\\\\)(?:\\2\\2\\\\\\\\)*\\2\\3)[^\\r\\n])*`,
  'gi',
)
/** The value as a header line has it: to the line's end, or the end of the JSON text around it. */
const BARE = new RegExp(`(${NAME}\\s*[:=]\\s*)(?![\\s"'\\\\[])(?:[^"\\\\\\r\\n]|\\\\[^rn])+`, 'gi')

/**
 * The one redactor: takes every token of our shape and the value of every credential header out of a text.
 * JSON stays JSON.
 */
export function redact(text: string): string {
  const known = text
    .replace(QUOTED, '$1[redacted]')
    .replace(BARE, '$1[redacted]')
    .replace(TOKEN, '[redacted]')
  const old = oldTokens()
  return old ? known.replace(old, '[redacted]') : known
}

let made: { prefixes: readonly string[]; expression: RegExp | null } | undefined

/** Of the systems that keys were imported from. */
function oldTokens(): RegExp | null {
  const prefixes = oldPrefixes()
  if (made?.prefixes !== prefixes)
    made = {
      prefixes,
      expression:
        prefixes.length > 0 ? new RegExp(`(?:${prefixes.join('|')})[A-Za-z0-9._~+/=-]{4,}`, 'g') : null,
    }
  return made.expression
}

/** Settings that are wrong are told of, too. */
function oldPrefixes(): readonly string[] {
  try {
    return settings().oldPrefixes
  } catch {
    return NONE
  }
}

const NONE: readonly string[] = []
