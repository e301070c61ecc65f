import { randomBytes, timingSafeEqual } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { VerifiedKey } from '@/lib/auth/verification'
import { verifiedKeys } from '@/lib/auth/verified-keys'
import type { Standing } from '@/lib/limits/limit'
import { clientAddress } from './client-address'
import { hmacSha256 } from './hmac'
import { limitsMet } from './limits-met'
import { pathInApp } from './path'

/** How long a statement counts, in milliseconds: from the middleware to the handler of the same request. */
const LIFE_MS = 5_000
/** More keys than this in flight at once, and the handlers of the eldest verify them afresh. */
const MAX_KEYS = 1_000

/**
 * What only this process has: a secret to sign under, which nothing can print, and the keys that it signed
 * statements about.
 */
type Notary = {
  sign: (text: string) => string
  numbers: WeakMap<VerifiedKey, string>
  keys: LRUCache<string, VerifiedKey>
  last: number
}
const shared = globalThis as typeof globalThis & { clubkeysNotary?: Notary }
const notary = (): Notary =>
  (shared.clubkeysNotary ??= {
    sign: hmacSha256(randomBytes(32)),
    numbers: new WeakMap(),
    keys: new LRUCache({ max: MAX_KEYS }),
    last: 0,
  })

/** What the middleware found out, told to the handler of this very request. */
export type Statement = { requestId: string; key: VerifiedKey; standings: readonly Standing[] }

/**
 * Signs for this process, this request and the next five seconds:
 * `<number of the key>.<end>.<invalidation generation>.<what is left of each
 * limit>.<requestId>.<HMAC-SHA256>` (RFC 2104). What the key is, owner, roles, scopes and limits, stays in
 * this process under its number, which is given once.
 * @param digest SHA-256 of the token that the request presents
 */
export function signStatement(
  request: Request,
  digest: string,
  { requestId, key, standings }: Statement,
): string {
  let left = ''
  for (const { remaining, resetSeconds } of standings) left += `${left && '_'}${remaining}-${resetSeconds}`
  const text = `${numberOf(key)}.${Date.now() + LIFE_MS}.${verifiedKeys().generation}.${left}.${requestId}`
  return `${text}.${mac(request, digest, key, text)}`
}

/**
 * The statement, if every binding matches this very request and nothing has changed since; null otherwise,
 * whatever is wrong with it.
 */
export function readStatement(request: Request, digest: string, statement: string): Statement | null {
  const signed = readSigned(request, digest, statement)
  if (!signed || signed.generation !== verifiedKeys().generation) return null
  const { requestId, key, left } = signed
  if (key.expiresAt !== null && key.expiresAt.getTime() <= Date.now()) return null
  return { requestId, key, standings: standingsOf(request, key, left) }
}

/**
 * How its limits stand, if this very request was counted, whatever has changed since; null where it was not.
 */
export function readCounts(request: Request, digest: string, statement: string): readonly Standing[] | null {
  const signed = readSigned(request, digest, statement)
  return signed && standingsOf(request, signed.key, signed.left)
}

type Signed = { key: VerifiedKey; generation: number; left: string; requestId: string }

function readSigned(request: Request, digest: string, statement: string): Signed | null {
  const end = statement.lastIndexOf('.')
  const text = statement.slice(0, end)
  const [number = '', expires, generation, left = '', ...requestId] = text.split('.')
  const key = notary().keys.get(number)
  if (!key) return null
  // Compared as text: decoded, several spellings of one signature would pass.
  const expected = Buffer.from(mac(request, digest, key, text))
  const given = Buffer.from(statement.slice(end + 1))
  if (given.length !== expected.length || !timingSafeEqual(given, expected) || Number(expires) < Date.now())
    return null
  return { key, generation: Number(generation), left, requestId: requestId.join('.') }
}

function standingsOf(request: Request, key: VerifiedKey, left: string): Standing[] {
  const counts = left.split('_')
  return limitsMet(request, key).map(({ name, limit, windowSeconds }, i) => {
    const [remaining, resetSeconds] = (counts[i] ?? '').split('-').map(Number)
    return { name, limit, windowSeconds, remaining: remaining ?? 0, resetSeconds: resetSeconds ?? 0 }
  })
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
 * Binds `text`, in it the key by its number and the invalidation generation, to the token, method and path of
 * one request: its path in the app, since the framework tells a handler no base path. A key with an address list also to the address that it was let in from.
 */
function mac(request: Request, digest: string, key: VerifiedKey, text: string): string {
  const from = key.allowedCidrs === null ? '' : clientAddress(request)
  return notary().sign(`${text}\n${request.method}\n${pathInApp(request)}\n${from}\n${digest}`)
}
