import { randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { VerifiedKey } from '@/lib/auth/verification'
import { verifiedKeys } from '@/lib/auth/verified-keys'
import type { RateLimitStatus } from '@/lib/limits/limit'
import type { SignedContext, Call, VerifiedRequest } from './call'
import { addressOf } from './client-address'
import { hmacSha256 } from './hmac'
import { limitsMet } from './limits-met'

/** How long a signed context counts, in milliseconds: from the door to the handler of the same request. */
const LIFE_MS = 5_000
/** If more keys than this are in flight at once, the handlers of the oldest verify them again. */
const MAX_KEYS = 1_000

/**
 * What only this process has: a key to sign with, which nothing can print, and the API keys of the contexts
 * that it signed.
 */
type SigningKey = {
  sign: (text: string) => string
  numbers: WeakMap<VerifiedKey, string>
  keys: LRUCache<string, VerifiedKey>
  last: number
}
const shared = globalThis as typeof globalThis & { clubkeysSigningKey?: SigningKey }
const signingKey = (): SigningKey =>
  (shared.clubkeysSigningKey ??= {
    sign: hmacSha256(randomBytes(32)),
    numbers: new WeakMap(),
    keys: new LRUCache({ max: MAX_KEYS }),
    last: 0,
  })

/**
 * Signs who calls, for this process, this very request and the next five seconds, and notes it with the
 * message. As a header: `<number of the key>.<end>.<invalidation generation>.<what is left of each
 * limit>.<requestId>.<HMAC-SHA256>` (RFC 2104). Owner, roles, scopes and limits of the key stay in this
 * process under its number, which is never used twice.
 */
export function signContext(
  call: Call,
  { key, from, rateLimits }: VerifiedRequest,
  requestId: string = call.received?.requestId ?? randomUUID(),
): SignedContext {
  const until = Date.now() + LIFE_MS
  const { generation } = verifiedKeys()
  let left = ''
  for (const { remaining, resetSeconds } of rateLimits) left += `${left && '_'}${remaining}-${resetSeconds}`
  const text = `${numberOf(key)}.${until}.${generation}.${left}.${requestId}`
  const header = `${text}.${mac(call, from, text)}`
  const context = { requestId, key, from, rateLimits, call, until, generation, header }
  if (call.received) call.received.note = { digest: call.digest, context, rateLimits }
  return context
}

/**
 * Reads the header. A change since then does not matter here: see {@link isCurrent}.
 * @returns null unless it was signed here, for this very request, less than five seconds ago
 */
export function readContext(call: Call, header: string): SignedContext | null {
  const end = header.lastIndexOf('.')
  const text = header.slice(0, end)
  const [number = '', expires, generation, left = '', ...requestId] = text.split('.')
  const key = signingKey().keys.get(number)
  if (!key) return null
  const from = key.allowedCidrs === null ? '' : addressOf(call.received)
  // Compared as text: decoded, several spellings of one signature would pass.
  const expected = Buffer.from(mac(call, from, text))
  const given = Buffer.from(header.slice(end + 1))
  const until = Number(expires)
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null
  if (from === null || until < Date.now()) return null
  const rateLimits = rateLimitsOf(call, key, left)
  return {
    requestId: requestId.join('.'),
    key,
    rateLimits,
    call,
    from,
    until,
    generation: Number(generation),
    header,
  }
}

/** Whether a noted context was made for this call, within the last five seconds. */
export const isFor = ({ call, until }: SignedContext, { digest, method, path }: Call): boolean =>
  until >= Date.now() && call.digest === digest && call.method === method && call.path === path

/** Whether no key has changed since. If one has, the context only says that the call was counted. */
export const isCurrent = ({ key, generation }: SignedContext): boolean =>
  generation === verifiedKeys().generation && (key.expiresAt === null || key.expiresAt.getTime() > Date.now())

function rateLimitsOf(call: Call, key: VerifiedKey, left: string): RateLimitStatus[] {
  const counts = left.split('_')
  return limitsMet(call, key).map(({ name, limit, windowSeconds }, i) => {
    const [remaining, resetSeconds] = (counts[i] ?? '').split('-').map(Number)
    return { name, limit, windowSeconds, remaining: remaining ?? 0, resetSeconds: resetSeconds ?? 0 }
  })
}

function numberOf(key: VerifiedKey): string {
  const { numbers, keys } = signingKey()
  const number = numbers.get(key) ?? String(++signingKey().last)
  if (!keys.has(number)) {
    numbers.set(key, number)
    keys.set(number, key)
  }
  return number
}

/**
 * Binds `text`, which names the key and the invalidation generation, to the token, method and path of one
 * request (the path in the app, since the framework tells a handler no base path). With an address list, it
 * also binds the address that was let in.
 */
const mac = ({ method, path, digest }: Call, from: string | null, text: string): string =>
  signingKey().sign(`${text}\n${method}\n${path}\n${from}\n${digest}`)
