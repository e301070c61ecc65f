import { randomBytes, timingSafeEqual } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import { ROLES, SCOPES } from '@/contracts/permissions'
import { digestText } from '@/lib/auth/token'
import type { AdmittedKey, VerifiedKey } from '@/lib/auth/verification'
import { verifiedKeys } from '@/lib/auth/verified-keys'
import { clientAddress } from './client-address'
import { hmacSha256 } from './hmac'

/** How long a statement counts, in milliseconds: from the middleware to the handler of the same request. */
const LIFE_MS = 5_000

const shared = globalThis as typeof globalThis & { clubkeysStatementKey?: (text: string) => string }
/** Under a secret of this process, which nothing can print. */
const sign = (text: string) => (shared.clubkeysStatementKey ??= hmacSha256(randomBytes(32)))(text)

const statedKey = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    clubId: z.string(),
    userId: z.string(),
    roles: z.array(z.enum(ROLES)),
    scopes: z.array(z.enum(SCOPES)),
    expiresAt: z.number().nullable(),
  })
  .transform((key): AdmittedKey => ({ ...key, expiresAt: key.expiresAt === null ? null : new Date(key.expiresAt) }))

/** What the middleware found out, told to the handler of this very request. */
export type Statement = { requestId: string; key: AdmittedKey }
export type SignedStatement = Statement & { key: VerifiedKey }

/**
 * Signs for this process, this request and the next five seconds. HMAC-SHA256 (RFC 2104). A key with an address list is stated for the
 * address that it was let in from: the list itself was asked at the door.
 */
export function signStatement(request: Request, token: string, { requestId, key }: SignedStatement): string {
  const from = key.allowedCidrs === null ? '' : `.${addressOf(request)}`
  const text = `${write(key)}.${Date.now() + LIFE_MS}.${Buffer.from(requestId).toString('base64url')}${from}`
  return `${text}.${mac(request, token, text)}`
}

/** The statement, if every binding matches this very request; null otherwise, whatever is wrong with it. */
export function readStatement(request: Request, token: string, statement: string): Statement | null {
  const end = statement.lastIndexOf('.')
  const text = statement.slice(0, end)
  // Compared as text: decoded, several spellings of one signature would pass.
  const expected = Buffer.from(mac(request, token, text))
  const given = Buffer.from(statement.slice(end + 1))
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null
  const [written = '', expires, requestId = '', from] = text.split('.')
  if (from !== undefined && from !== addressOf(request)) return null
  const key = read(written)
  const now = Date.now()
  if (Number(expires) < now || (key.expiresAt !== null && key.expiresAt.getTime() <= now)) return null
  return { requestId: Buffer.from(requestId, 'base64url').toString('utf8'), key }
}

// A key in use is stated with every request and changes with none: it is written once, and read once.
const textOfKey = new WeakMap<VerifiedKey, string>()
const keyOfText = new LRUCache<string, AdmittedKey>({ max: 1_000 })

function write(key: VerifiedKey): string {
  let text = textOfKey.get(key)
  if (text === undefined) {
    const stated = { ...key, expiresAt: key.expiresAt?.getTime() ?? null, allowedCidrs: undefined }
    text = Buffer.from(JSON.stringify(stated)).toString('base64url')
    textOfKey.set(key, text)
  }
  return text
}

/** @param text whose signature was checked: nobody else fills this memory */
function read(text: string): AdmittedKey {
  let key = keyOfText.get(text)
  if (key === undefined) {
    key = statedKey.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')))
    keyOfText.set(text, key)
  }
  return key
}

const addressOf = (request: Request) => Buffer.from(clientAddress(request) ?? '').toString('base64url')

/** Binds key, owner, roles and scopes (in `text`) to the token, method and path of one request and to the invalidation generation. */
function mac(request: Request, token: string, text: string): string {
  return sign(`${text}\n${request.method}\n${pathOf(request)}\n${verifiedKeys().generation}\n${digestText(token)}`)
}

/** The path as the framework hands it to middleware and handler alike: the one asked for, before any rewrite. */
export const pathOf = (request: Request): string => new URL(request.url).pathname
