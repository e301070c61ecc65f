import { createHmac, createSecretKey, randomBytes, timingSafeEqual, type KeyObject } from 'node:crypto'
import { z } from 'zod'
import { ROLES, SCOPES } from '@/contracts/permissions'
import { digestOf } from '@/lib/auth/token'
import type { VerifiedKey } from '@/lib/auth/verification'
import { verifiedKeys } from '@/lib/auth/verified-keys'

/** How long a statement counts, in milliseconds: from the middleware to the handler of the same request. */
const LIFE_MS = 5_000

const shared = globalThis as typeof globalThis & { clubkeysStatementKey?: KeyObject }
const secret = () => (shared.clubkeysStatementKey ??= createSecretKey(randomBytes(32)))

const payload = z.strictObject({
  requestId: z.string(),
  expires: z.number(),
  key: z.strictObject({
    id: z.string(),
    name: z.string(),
    clubId: z.string(),
    userId: z.string(),
    roles: z.array(z.enum(ROLES)),
    scopes: z.array(z.enum(SCOPES)),
    expiresAt: z.number().nullable(),
  }),
})

/** What the middleware found out, told to the handler of this very request. */
export type Statement = { requestId: string; key: VerifiedKey }

/** Signs for this process, this request and the next five seconds. HMAC-SHA256 (RFC 2104). */
export function signStatement(request: Request, token: string, { requestId, key }: Statement): string {
  const body = { requestId, expires: Date.now() + LIFE_MS, key: { ...key, expiresAt: key.expiresAt?.getTime() ?? null } }
  const text = Buffer.from(JSON.stringify(body)).toString('base64url')
  return `${text}.${mac(request, token, text)}`
}

/** The statement, if every binding matches this very request; null otherwise, whatever is wrong with it. */
export function readStatement(request: Request, token: string, statement: string): Statement | null {
  const [text = '', signature = '', ...rest] = statement.split('.')
  // Compared as text: decoded, several spellings of one signature would pass.
  const expected = Buffer.from(mac(request, token, text))
  const given = Buffer.from(signature)
  if (rest.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected)) return null
  const { requestId, expires, key } = payload.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')))
  const now = Date.now()
  if (expires < now || (key.expiresAt !== null && key.expiresAt <= now)) return null
  return { requestId, key: { ...key, expiresAt: key.expiresAt === null ? null : new Date(key.expiresAt) } }
}

/** Binds key, owner, roles and scopes (in `text`) to the token, method and path of one request and to the invalidation generation. */
function mac(request: Request, token: string, text: string): string {
  return createHmac('sha256', secret())
    .update(`${text}\n${request.method}\n${pathOf(request)}\n${verifiedKeys().generation}\n`)
    .update(digestOf(token))
    .digest('base64url')
}

/** The path as the framework hands it to middleware and handler alike: the one asked for, before any rewrite. */
export const pathOf = (request: Request): string => new URL(request.url).pathname
