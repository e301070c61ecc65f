import type { ApiKey, CreatedApiKey } from '@/contracts/api-key'
import type { Metadata } from '@/contracts/metadata'
import type { FilteredStatus } from '@/contracts/api-key-filter'
import type { Scope } from '@/contracts/permissions'
import type { Prisma } from '../db/client'
import { settings } from '../settings'
import { EXPIRING_MS, statusOf } from '../key-status'
import { keptKeyRate } from '../limits/rate'
import { seesUsageOf } from '../permissions/ability'
import { keptScopes } from '../permissions/scopes'
import type { Actor } from '../actor'
import { AddressList } from './address-list'
import type { Secret } from './secret'

/** The columns that show a key. The digest is never among them. */
export const apiKeySelect = {
  id: true,
  name: true,
  start: true,
  last4: true,
  imported: true,
  scopes: true,
  metadata: true,
  createdAt: true,
  expiresAt: true,
  disabledAt: true,
  revokedAt: true,
  revokedReason: true,
  createdByKeyId: true,
  rotatedFromId: true,
  replacedById: true,
  scopesSince: true,
  allowedCidrs: true,
  rateLimit: true,
  rateWindow: true,
  leakedAt: true,
  leakSource: true,
  leakUrl: true,
  honey: true,
  honeyUsedAt: true,
  owner: { select: { userId: true, name: true, kind: true, live: { select: { name: true, kind: true } } } },
  use: { select: { lastUsedAt: true } },
  scopeUses: { select: { scope: true, lastUsedAt: true } },
  places: {
    orderBy: { lastUsedAt: 'desc' },
    take: 1,
    select: { address: true, userAgent: true },
  },
} satisfies Prisma.ApiKeySelect

/** The caller who sees a key. */
type Viewer = Pick<Actor, 'clubId' | 'ability'>

export type ApiKeyRow = Prisma.ApiKeyGetPayload<{ select: typeof apiKeySelect }>

const DAY_MS = 24 * 3600 * 1000
const UNUSED_MS = 90 * DAY_MS

/** The key as the public contract shows it to this caller. */
export function showApiKey(row: ApiKeyRow, viewer: Viewer): ApiKey {
  const now = Date.now()
  const { id, name, start, last4, imported, revokedReason, createdByKeyId, rotatedFromId, replacedById } = row
  return {
    id,
    name,
    start: start || null,
    last4: last4 || null,
    imported,
    status: statusOf(row, now),
    scopes: keptScopes(row.scopes),
    unusedScopes: unusedScopes(row, now),
    owner: showOwner(row),
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.use?.lastUsedAt.toISOString() ?? null,
    lastUsedFrom: lastPlace(row, viewer),
    revokedAt: row.revokedAt?.toISOString() ?? null,
    revokedReason,
    createdByKeyId,
    rotatedFromId,
    replacedById,
    metadata: row.metadata as Metadata,
    allowedCidrs: AddressList.kept(row.allowedCidrs)?.toStrings() ?? null,
    rateLimit: keptKeyRate(row),
    leaked: leakOf(row),
    honey: row.honey ? { usedAt: row.honeyUsedAt?.toISOString() ?? null } : null,
  }
}

/** As the app says it now; of whoever has left, as it last did. */
export const ownerNow = ({ owner: { userId, name, kind, live } }: ApiKeyRow) => ({
  userId,
  name: live?.name ?? name,
  kind: live?.kind ?? kind,
})

function showOwner(row: ApiKeyRow): ApiKey['owner'] {
  const { userId: id, name, kind } = ownerNow(row)
  return { id, name, kind }
}

const leakOf = ({ leakedAt, leakSource, leakUrl }: ApiKeyRow): ApiKey['leaked'] =>
  leakedAt && { at: leakedAt.toISOString(), source: leakSource ?? '', url: leakUrl }

function lastPlace({ owner, places }: ApiKeyRow, viewer: Viewer): ApiKey['lastUsedFrom'] {
  const [place] = places
  if (!place || !settings().keepsPlaces) return null
  return seesUsageOf(viewer, owner.userId) ? place : null
}

/** A key as it was shown before, without what the caller may not see any more. */
export function asSeenNow<Shown extends object>(shown: Shown, viewer: Viewer): Shown {
  const { lastUsedFrom, owner } = shown as Partial<ApiKey>
  if (!lastUsedFrom || (owner && settings().keepsPlaces && seesUsageOf(viewer, owner.id))) return shown
  return { ...shown, lastUsedFrom: null }
}

/** A key that got a scope last week may still need it. */
function unusedScopes(row: ApiKeyRow, now: number): Scope[] {
  const since = now - UNUSED_MS
  if (!isLive(row, now) || row.scopesSince.getTime() > since) return []
  const used = row.scopeUses
    .filter(({ lastUsedAt }) => lastUsedAt.getTime() > since)
    .map(({ scope }) => scope)
  return keptScopes(row.scopes).filter((scope) => !used.includes(scope))
}

/** Whether a key can still be used: neither revoked nor past its end. */
export const isLive = (
  { revokedAt, expiresAt }: Pick<ApiKeyRow, 'revokedAt' | 'expiresAt'>,
  now = Date.now(),
): boolean => revokedAt === null && (expiresAt === null || expiresAt.getTime() > now)

/** The keys for which `isLive` is true, as a filter. */
export const liveKeys = (at = new Date()) =>
  ({
    revokedAt: null,
    OR: [{ expiresAt: null }, { expiresAt: { gt: at } }],
  }) satisfies Prisma.ApiKeyWhereInput

/** The answer that creates a key: the one place where a token leaves its Secret. */
export const showCreatedKey = (row: ApiKeyRow, secret: Secret, viewer: Viewer): CreatedApiKey => ({
  ...showApiKey(row, viewer),
  key: secret.reveal(),
})

/** The keys that have this status, as a filter. */
export function havingStatus(status: FilteredStatus): Prisma.ApiKeyWhereInput {
  const at = new Date()
  const soon = new Date(at.getTime() + EXPIRING_MS)
  switch (status) {
    case 'revoked':
      return { revokedAt: { not: null } }
    case 'expired':
      return { revokedAt: null, expiresAt: { lte: at } }
    case 'disabled':
      return { ...liveKeys(at), disabledAt: { not: null } }
    case 'expiring':
      return { revokedAt: null, disabledAt: null, expiresAt: { gt: at, lte: soon } }
    case 'usable':
      return { ...liveKeys(at), disabledAt: null }
    case 'active':
      return { revokedAt: null, disabledAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: soon } }] }
  }
}
