import { classifyToken, digestOf, MAX_TOKEN_LENGTH } from '../auth/token'
import { ENOUGH_BITS } from '../auth/weak-token'
import { isBcrypt, sourceOf } from '../auth/slow-hashes/bcrypt'
import { LEAST_OWN } from '../auth/slow-hashes/first-use'
import { estimateBits } from './entropy'

/** What another system kept of a token. */
export const KINDS = ['plaintext', 'sha256', 'bcrypt'] as const
export type Kind = (typeof KINDS)[number]

/** What is kept of an imported token. `start` and `last4` are empty where nothing of it may be shown. */
export type Kept = {
  digest: Buffer<ArrayBuffer>
  start: string
  last4: string
  /** How many random bits it holds: seen, or said by the operator who imports it. */
  bits: number
  /** Where only a bcrypt hash is known: `digest` is one that no token has. */
  slow?: { hash: string; lookup: string }
}

/**
 * Why a row is not imported, in words that hold nothing of the row: any column may turn out to be the
 * token's.
 */
export class RowRefused extends Error {}

/** `b64token` of RFC 6750 §2.1: anything else no client could present. */
const PRESENTABLE = /^[A-Za-z0-9\-._~+/]+=*$/
const SHOWN = 4
/** So many bits stay secret of a token that shows its first and last characters. */
const BITS_NOT_SHOWN = 96

/**
 * A token as it is. It goes no further: only its SHA-256 is stored.
 * @param prefix how all of them begin @param words those that make a token easy to guess
 * @throws RowRefused
 */
export function keepPlaintext(token: string, prefix: string, words: ReadonlySet<string>): Kept {
  if (token === '') throw new RowRefused('has no token')
  if (token.length > MAX_TOKEN_LENGTH)
    throw new RowRefused(`has a token of over ${MAX_TOKEN_LENGTH} characters`)
  if (!PRESENTABLE.test(token))
    throw new RowRefused(
      'has a token that no Authorization header can hold (RFC 6750: A-Z a-z 0-9 - . _ ~ + / =)',
    )
  if (classifyToken(token) === 'malformed')
    throw new RowRefused('has a token that looks as if it was made here, and its checksum is wrong')
  if (!token.startsWith(prefix)) throw new RowRefused('has a token that does not begin with --prefix')
  const bits = estimateBits(token, prefix, words)
  const secret = token.slice(prefix.length)
  const shown = secret.length > 2 * SHOWN && bits * (1 - (2 * SHOWN) / secret.length) >= BITS_NOT_SHOWN
  return {
    digest: digestOf(token),
    start: shown ? prefix + secret.slice(0, SHOWN) : prefix,
    last4: shown ? token.slice(-SHOWN) : '',
    bits,
  }
}

const HEX = /^[0-9a-f]{64}$/i
/**
 * 32 bytes: 43 characters, padded or not. The last one holds two bits that must be zero, or two texts were
 * one digest.
 */
const BASE64 = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=?$/
const BASE64URL = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]=?$/

/**
 * The SHA-256 of a token in hex, base64 or base64url: one of these at a glance, since their lengths differ.
 * @param bits how many random bits the tokens hold, which nobody can see any more
 * @throws RowRefused
 */
export function keepDigest(text: string, bits: number): Kept {
  // As Postgres prints bytea, and as some systems name what they store.
  const written = text.replace(/^(?:\\x|sha256[:$-])/i, '')
  if (written === '') throw new RowRefused('has no digest')
  const encoding = HEX.test(written)
    ? 'hex'
    : BASE64.test(written)
      ? 'base64'
      : BASE64URL.test(written)
        ? 'base64url'
        : null
  if (encoding === null) throw new RowRefused('has a digest that is no SHA-256 in hex, base64 or base64url')
  return { digest: Buffer.from(written, encoding), start: '', last4: '', bits }
}

const LOOKUP = /^[A-Za-z0-9._~+/-]{6,64}$/

/**
 * A bcrypt hash, and the beginning of its token that was stored beside it.
 * @throws RowRefused
 */
export function keepBcrypt(hash: string, lookup: string, prefix: string, bits: number): Kept {
  if (hash === '') throw new RowRefused('has no digest')
  if (!isBcrypt(hash)) throw new RowRefused('has a digest that is no bcrypt hash of a cost from 4 to 12')
  if (!LOOKUP.test(lookup) || !lookup.startsWith(prefix) || lookup.length < prefix.length + LEAST_OWN)
    throw new RowRefused(
      'has no lookup: the beginning of its token, --prefix and 3 characters at least, 64 at most',
    )
  return { digest: sourceOf(hash), start: '', last4: '', bits, slow: { hash, lookup } }
}

/** The least and the most that an import lets in without being asked to. */
export const isWeak = ({ bits }: Pick<Kept, 'bits'>): boolean => bits < ENOUGH_BITS
