import { SCOPES, type Scope } from '@/contracts/permissions'
import { db } from '../db/client'
import { classifyToken, digestText } from './token'
import { verifiedKeys } from './verified-keys'
import type { Refused, Verification } from './verification'

const isScope = (text: string): text is Scope => (SCOPES as readonly string[]).includes(text)

/**
 * Verifies a token: no SQL statement when the answer is in memory or the token is a malformed one of our own brand, at most one
 * otherwise (G6). Not a promise when the answer is at hand.
 * @param token the presented credential, as it came
 */
export function validateApiKey(token: string): Verification | Promise<Verification> {
  const digest = digestText(token)
  // Memory before the checksum: what is remembered was well-formed when it was looked up.
  const recalled = verifiedKeys().recall(digest)
  if (recalled) return recalled
  if (classifyToken(token) === 'malformed') return { ok: false, reason: 'malformed' }
  return verifiedKeys().answer(digest, () => lookUp(Buffer.from(digest, 'latin1')))
}

async function lookUp(digest: Buffer<ArrayBuffer>): Promise<Verification> {
  const row = await findByDigest(digest)
  if (!row) return { ok: false, reason: 'unknown' }
  const reason = whyNot(row)
  if (reason) return { ok: false, reason, keyId: row.id }
  const { id, name, clubId, userId, expiresAt, owner } = row
  // A scope this version does not know grants nothing.
  return { ok: true, key: { id, name, clubId, userId, roles: owner.roles, scopes: row.scopes.filter(isScope), expiresAt } }
}

function whyNot({ revokedAt, disabledAt, expiresAt, owner }: NonNullable<Awaited<ReturnType<typeof findByDigest>>>): Refused | null {
  if (revokedAt) return 'revoked'
  if (disabledAt) return 'disabled'
  if (expiresAt && expiresAt.getTime() <= Date.now()) return 'expired'
  return owner.status !== 'ACTIVE' || owner.user.disabledAt ? 'owner_gone' : null
}

function findByDigest(digest: Buffer<ArrayBuffer>) {
  return db().apiKey.findUnique({
    relationLoadStrategy: 'join',
    where: { digest },
    select: {
      id: true,
      name: true,
      clubId: true,
      userId: true,
      scopes: true,
      expiresAt: true,
      disabledAt: true,
      revokedAt: true,
      owner: { select: { status: true, roles: true, user: { select: { disabledAt: true } } } },
    },
  })
}
