import { SCOPES, type Scope } from '@/contracts/permissions'
import { db } from '../db/client'
import { classifyToken, digestOf } from './token'
import type { Verification } from './verification'

const isScope = (text: string): text is Scope => (SCOPES as readonly string[]).includes(text)

/**
 * Verifies a token: at most one SQL statement, none for a malformed token of our own brand (G6).
 * @param token the presented credential, as it came
 * @throws Refusal `unavailable` when the database cannot answer
 */
export async function validateApiKey(token: string): Promise<Verification> {
  if (classifyToken(token) === 'malformed') return { ok: false, reason: 'malformed' }
  const row = await findByDigest(digestOf(token))
  if (!row) return { ok: false, reason: 'unknown' }
  if (row.revokedAt) return { ok: false, reason: 'revoked' }
  if (row.disabledAt) return { ok: false, reason: 'disabled' }
  if (row.expiresAt && row.expiresAt.getTime() <= Date.now()) return { ok: false, reason: 'expired' }
  const { owner } = row
  if (owner.status !== 'ACTIVE' || owner.user.disabledAt) return { ok: false, reason: 'owner_gone' }
  const { id, name, clubId, userId, expiresAt } = row
  // A scope this version does not know grants nothing.
  return { ok: true, key: { id, name, clubId, userId, roles: owner.roles, scopes: row.scopes.filter(isScope), expiresAt } }
}

function findByDigest(digest: Uint8Array<ArrayBuffer>) {
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
