import { oldHeaders, settings } from './settings'

const CREDENTIAL_HEADERS = ['authorization', 'x-api-key', 'x-api-key-context', 'cookie', 'set-cookie']

// There may be no word boundary before it: not in `\nsk_...` of a JSON line, nor in `%20sk_...` of an
// address.
const TOKEN = /sk_[a-z0-9]{2,12}_[0-9A-Za-z]{4,}/g

/** Base64, whose signs JSON and addresses may escape: `\/`, `\u002b`, `%2B`. */
const SIGNING_SECRET = /whsec_(?:[A-Za-z0-9+/=_-]|\\+(?:\/|u00(?:2[BbFf]|3[Dd]))|%(?:25)*(?:2[BbFf]|3[Dd]))+/g

/**
 * The one redactor: takes every token of our shape, every secret of a webhook (`whsec_`) and the value of every
 * credential header out of a text. JSON stays JSON.
 */
export function redact(text: string): string {
  const { quoted, bare } = valuesOf(oldHeaders().names)
  const known = text
    .replace(quoted, '$1[redacted]')
    .replace(bare, '$1[redacted]')
    // Before tokens: one that stands right before a secret would take the mark that tells of it.
    .replace(SIGNING_SECRET, '[redacted]')
    .replace(TOKEN, '[redacted]')
  const old = oldTokens()
  return old ? known.replace(old, '[redacted]') : known
}

/** What stands before the host of an address (RFC 3986 §3.2.1): a name and a password. */
const USERINFO = /\/\/[^/?#]*@/g
/** `%73` is an `s`, and so is `%2573` to whoever decodes twice. */
const ESCAPED = /%(?:25)*([0-9a-f]{2})/gi

/** What no path holds by RFC 3986. Terminals obey some of it: U+009B begins a control sequence. */
const NOT_IN_PATHS = /[^\x21-\x7e]/gu

/**
 * The same for a path, or an address without a query, as it was received: each character is a byte. A token
 * in it may be percent-encoded.
 */
export function redactPath(path: string): string {
  const visible = path.toWellFormed().replace(NOT_IN_PATHS, escaped)
  // Whole segments first: of a token that is escaped in part, the rest would be left.
  const segments = visible.includes('%') ? redactSegments(visible.split('/')).join('/') : visible
  return redact(segments.replace(USERINFO, '//[redacted]@'))
}

/** A secret of a webhook may hold slashes: nothing behind its beginning is shown. */
function redactSegments(written: readonly string[]): string[] {
  const segments = written.map((segment) => ({ segment, plain: decoded(segment) }))
  const secret = segments.findIndex(({ plain }) => plain.includes('whsec_'))
  const shown = secret < 0 ? segments : segments.slice(0, secret)
  const redacted = shown.map(({ segment, plain }) => (redact(plain) === plain ? segment : '[redacted]'))
  return secret < 0 ? redacted : [...redacted, '[redacted]']
}

function escaped(character: string): string {
  const code = character.charCodeAt(0)
  return code > 0xff ? encodeURIComponent(character) : `%${code.toString(16).toUpperCase().padStart(2, '0')}`
}

const decoded = (segment: string): string =>
  segment.replace(ESCAPED, (_, code: string) => String.fromCharCode(parseInt(code, 16)))

type Values = { quoted: RegExp; bare: RegExp }
let values: { own: readonly string[]; expressions: Values } | undefined

/** Of credential headers. @param own names that the app's own clients use besides */
function valuesOf(own: readonly string[]): Values {
  if (values?.own === own) return values.expressions
  const literal = (name: string) => name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
  const names = `(?:${[...CREDENTIAL_HEADERS, ...own.map(literal)].join('|')})`
  const expressions = {
    // The value in quotes, which may themselves be escaped (JSON within JSON), up to the same quotes again: n
    // backslashes and any number of 2n + 2.
    quoted: new RegExp(
      `(${names}(?:\\\\*["'])?\\s*[:=,]\\s*(?:\\[\\s*)?(\\\\*)(["']))(?:(?!(?<!\\\\)(?:\\2\\2\\\\\\\\)*\\2\\3)[^\\r\\n])*`,
      'gi',
    ),
    // The value as a header line has it: to the line's end, or the end of the JSON text around it.
    bare: new RegExp(`(${names}\\s*[:=]\\s*)(?![\\s"'\\\\[])(?:[^"\\\\\\r\\n]|\\\\[^rn])+`, 'gi'),
  }
  values = { own, expressions }
  return expressions
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

/** Needed even to log that the settings are wrong. */
function oldPrefixes(): readonly string[] {
  try {
    return settings().oldPrefixes
  } catch {
    return NONE
  }
}

const NONE: readonly string[] = []
