import type { ApiKey, Metadata } from '@/contracts/api-key'
import type { Scope } from '@/contracts/permissions'
import type { Prisma } from '../db/client'
import { AddressList } from './address-list'

/** What is read of a key to show it. The digest is never among it. */
export const apiKeySelect = {
  id: true,
  name: true,
  start: true,
  last4: true,
  scopes: true,
  metadata: true,
  createdAt: true,
  expiresAt: true,
  disabledAt: true,
  revokedAt: true,
  revokedReason: true,
  createdByKeyId: true,
  allowedCidrs: true,
  owner: { select: { name: true, user: { select: { id: true, name: true, kind: true } } } },
  use: { select: { lastUsedAt: true } },
} satisfies Prisma.ApiKeySelect

export type ApiKeyRow = Prisma.ApiKeyGetPayload<{ select: typeof apiKeySelect }>

const EXPIRING_MS = 7 * 24 * 3600 * 1000

/** The key as the public contract shows it. */
export function showApiKey(row: ApiKeyRow, now = Date.now()): ApiKey {
  const { id, name, start, last4, revokedReason, createdByKeyId } = row
  return {
    id,
    name,
    start,
    last4,
    status: statusOf(row, now),
    scopes: row.scopes as Scope[],
    // What the club calls him.
    owner: { ...row.owner.user, name: row.owner.name ?? row.owner.user.name },
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.use?.lastUsedAt.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
    revokedReason,
    createdByKeyId,
    metadata: row.metadata as Metadata,
    allowedCidrs: AddressList.kept(row.allowedCidrs)?.toStrings() ?? null,
    // Rotation and limits are not settable yet; the contract's fields are there for clients to rely on.
    rotatedFromId: null,
    replacedById: null,
    rateLimit: null,
  }
}

function statusOf(row: ApiKeyRow, now: number): ApiKey['status'] {
  if (row.revokedAt) return 'revoked'
  const left = row.expiresAt ? row.expiresAt.getTime() - now : Infinity
  if (left <= 0) return 'expired'
  if (row.disabledAt) return 'disabled'
  return left <= EXPIRING_MS ? 'expiring' : 'active'
}
