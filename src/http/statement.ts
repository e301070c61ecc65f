import { randomBytes, timingSafeEqual } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { digestText } from '@/lib/auth/token'
import type { VerifiedKey } from '@/lib/auth/verification'
import { verifiedKeys } from '@/lib/auth/verified-keys'
import { clientAddress } from './client-address'
import { hmacSha256 } from './hmac'

/** How long a statement counts, in milliseconds: from the middleware to the handler of the same request. */
const LIFE_MS = 5_000
/** More keys than this in flight at once, and the handlers of the eldest verify them afresh. */
const MAX_KEYS = 1_000

/** What only this process has: a secret to sign under, which nothing can print, and the keys that it signed statements about. */
type Notary = { sign: (text: string) => string; numbers: WeakMap<VerifiedKey, string>; keys: LRUCache<string, VerifiedKey>; last: number }
const shared = globalThis as typeof globalThis & { clubkeysNotary?: Notary }
const notary = (): Notary =>
  (shared.clubkeysNotary ??= {
    sign: hmacSha256(randomBytes(32)),
    numbers: new WeakMap(),
    keys: new LRUCache({ max: MAX_KEYS }),
    last: 0,
  })

/** What the middleware found out, told to the handler of this very request. */
export type Statement = { requestId: string; key: VerifiedKey }

/**
 * Signs for this process, this request and the next five seconds: `<number of the key>.<end>.<requestId>.<HMAC-SHA256>` (RFC 2104).
 * What the key is, owner, roles and scopes, stays in this process under its number, which is given once.
 */
export function signStatement(request: Request, token: string, { requestId, key }: Statement): string {
  const text = `${numberOf(key)}.${Date.now() + LIFE_MS}.${requestId}`
  return `${text}.${mac(request, token, key, text)}`
}

/** The statement, if every binding matches this very request; null otherwise, whatever is wrong with it. */
export function readStatement(request: Request, token: string, statement: string): Statement | null {
  const end = statement.lastIndexOf('.')
  const text = statement.slice(0, end)
  const [number = '', expires, ...requestId] = text.split('.')
  const key = notary().keys.get(number)
  if (!key) return null
  // Compared as text: decoded, several spellings of one signature would pass.
  const expected = Buffer.from(mac(request, token, key, text))
  const given = Buffer.from(statement.slice(end + 1))
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null
  const now = Date.now()
  if (Number(expires) < now || (key.expiresAt !== null && key.expiresAt.getTime() <= now)) return null
  return { requestId: requestId.join('.'), key }
}

function numberOf(key: VerifiedKey): string {
  const { numbers, keys } = notary()
  const number = numbers.get(key) ?? String(++notary().last)
  if (!keys.has(number)) {
    numbers.set(key, number)
    keys.set(number, key)
  }
  return number
}

/**
 * Binds the key (by its number, in `text`) to the token, method and path of one request and to the invalidation generation; a key with an
 * address list also to the address that it was let in from.
 */
function mac(request: Request, token: string, key: VerifiedKey, text: string): string {
  const from = key.allowedCidrs === null ? '' : clientAddress(request)
  const { generation } = verifiedKeys()
  return notary().sign(`${text}\n${request.method}\n${pathOf(request)}\n${from}\n${generation}\n${digestText(token)}`)
}

/** The path as the framework hands it to middleware and handler alike: the one asked for, before any rewrite. */
export function pathOf({ url }: Request): string {
  // A Request's URL is written by the URL standard's own serialiser: parsing it again would say the same, ten times slower.
  const start = url.indexOf('/', url.indexOf('//') + 2)
  const end = url.slice(start).search(/[?#]/)
  return end === -1 ? url.slice(start) : url.slice(start, start + end)
}
