import { hash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { settings } from '../settings'
import { Secret } from './secret'

// `sk_<brand>_<43 base62><6 base62>`: 43 characters carry 256 random bits, the last 6 the CRC-32 of
// everything before them, so that a typo or a scanner's false hit is told apart without asking the database.
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const RANDOM_LENGTH = 43
const CHECKSUM_LENGTH = 6
const START_OF_SECRET = 4

/** The longest credential that is accepted; a longer one is a 400 before anything is computed. */
export const MAX_TOKEN_LENGTH = 256

/** Every token of our brand begins with it. */
const tokenPrefix = () => `sk_${settings().brand}_`
const LENGTH_AFTER_PREFIX = RANDOM_LENGTH + CHECKSUM_LENGTH

/** How tokens of a brand look to whoever searches texts for them, as a regular expression in two parts. */
export const tokenPattern = (brand: string) => ({
  prefix: `sk_${brand}_`,
  secret: `[0-9A-Za-z]{${LENGTH_AFTER_PREFIX}}`,
})

/** This many missing characters can be guessed: ten of base62 are less than 60 bits. */
const GUESSABLE_LENGTH = 10

/** What is kept of a token: its SHA-256, and its two ends, which are short and harmless. */
type TokenRecord = { digest: Buffer<ArrayBuffer>; start: string; last4: string }

/** Makes a token with 256 bits from the system's CSPRNG. */
export function mintToken(): { secret: Secret; record: TokenRecord } {
  const body = tokenPrefix() + randomBase62(RANDOM_LENGTH)
  const token = body + checksum(body)
  const start = token.slice(0, tokenPrefix().length + START_OF_SECRET)
  return { secret: new Secret(token), record: { digest: digestOf(token), start, last4: token.slice(-4) } }
}

/**
 * Tells without the database whether a token can be good. `opaque`: not of our brand, so that only the
 * database knows (an imported token).
 */
export function classifyToken(token: string): 'own' | 'malformed' | 'opaque' {
  const start = tokenPrefix()
  if (!token.startsWith(start)) return 'opaque'
  if (token.length !== start.length + LENGTH_AFTER_PREFIX) return 'malformed'
  const body = token.slice(0, -CHECKSUM_LENGTH)
  return checksum(body) === token.slice(-CHECKSUM_LENGTH) && isBase62(token, start.length)
    ? 'own'
    : 'malformed'
}

/**
 * Whether a text holds a token of our brand, or so much of one that the rest can be guessed: at least 33
 * characters of base62 after the prefix. The checksum does not matter: even if it is wrong or missing, the
 * secret is there. A key's public `start` is too short.
 */
export function holdsToken(text: string): boolean {
  const prefix = tokenPrefix()
  for (let at = text.indexOf(prefix); at !== -1; at = text.indexOf(prefix, at + 1)) {
    const from = at + prefix.length
    const secret = text.slice(from, from + RANDOM_LENGTH - GUESSABLE_LENGTH)
    if (secret.length === RANDOM_LENGTH - GUESSABLE_LENGTH && isBase62(secret, 0)) return true
  }
  return settings().oldPrefixes.some((old) => holdsOldToken(text, old))
}

/** With this many characters behind an old prefix it is no word any more. */
const OLD_SECRET = 16

/** Whether a text holds a token of another system, all of which begin with this prefix. */
export function holdsOldToken(text: string, prefix: string): boolean {
  for (let at = text.indexOf(prefix); at !== -1; at = text.indexOf(prefix, at + 1)) {
    const secret = text.slice(at + prefix.length, at + prefix.length + OLD_SECRET)
    if (secret.length === OLD_SECRET && /^[A-Za-z0-9._~+/=-]*$/.test(secret)) return true
  }
  return false
}

/** Whether a text can be one token at all: `b64token` of RFC 6750 §2.1, of a bounded length. */
export const isOneToken = (text: string): boolean =>
  text.length <= MAX_TOKEN_LENGTH && /^[A-Za-z0-9._~+/-]+=*$/.test(text)

/** SHA-256 of the whole token: what the database keeps. */
export function digestOf(token: string): Buffer<ArrayBuffer> {
  return Buffer.from(digestText(token), 'latin1')
}

/** The same as a string of 32 characters, one a byte: a third of the time, and a key to look up by. */
export function digestText(token: string): string {
  return hash('sha256', token, 'binary')
}

/** CRC-32 (IEEE) of the ASCII text, in base62, left-padded to 6. */
export function checksum(text: string): string {
  let rest = crc32(text)
  let encoded = ''
  for (let i = 0; i < CHECKSUM_LENGTH; i++) {
    encoded = ALPHABET.charAt(rest % 62) + encoded
    rest = Math.floor(rest / 62)
  }
  return encoded
}

function randomBase62(length: number): string {
  let text = ''
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      // 248 is the largest multiple of 62 in a byte: taking more would favour the alphabet's first letters.
      if (byte < 248 && text.length < length) text += ALPHABET.charAt(byte % 62)
    }
  }
  return text
}

function isBase62(text: string, from: number): boolean {
  for (let i = from; i < text.length; i++) if (!ALPHABET.includes(text.charAt(i))) return false
  return true
}
