import { subject } from '@casl/ability'
import type { Prisma, Transaction } from '../db/client'
import type { ApiKeyModel } from '../db/generated/models'
import type { Actor } from '../actor'
import { apiKeySelect, type ApiKeyRow } from './api-key-view'

const remainsSelect = {
  apiKeyId: true,
  userId: true,
  name: true,
  start: true,
  last4: true,
  createdByKeyId: true,
  createdAt: true,
  expiresAt: true,
  revokedAt: true,
  deletedAt: true,
} satisfies Prisma.ApiKeyTombstoneSelect
type Remains = Prisma.ApiKeyTombstoneGetPayload<{ select: typeof remainsSelect }> & { userId: string }

/** The remains of deleted keys that the caller could have revoked. */
export async function findDeletedKeys(
  tx: Transaction,
  { clubId, ability }: Actor,
  ids: readonly string[],
): Promise<Remains[]> {
  const found = await tx.apiKeyTombstone.findMany({
    where: { clubId, apiKeyId: { in: [...ids] }, userId: { not: null } },
    select: remainsSelect,
  })
  return found.flatMap((remains) => {
    const { userId } = remains
    if (userId === null) return []
    const key = subject('ApiKey', { clubId, userId } as ApiKeyModel)
    return ability.can('revoke', key) ? [{ ...remains, userId }] : []
  })
}

/** The remains of a deleted key, in the form of a key. */
export async function showRemains(tx: Transaction, { clubId }: Actor, remains: Remains): Promise<ApiKeyRow> {
  const {
    apiKeyId: id,
    userId,
    name,
    start,
    last4,
    createdByKeyId,
    expiresAt,
    revokedAt,
    deletedAt,
  } = remains
  const owner = await tx.holder.findUniqueOrThrow({
    where: { clubId_userId: { clubId, userId } },
    select: apiKeySelect.owner.select,
  })
  const createdAt = remains.createdAt ?? deletedAt
  const known = { id, name: name ?? '', start, last4, createdByKeyId, createdAt, expiresAt, revokedAt, owner }
  return {
    ...known,
    imported: false,
    leakedAt: null,
    leakSource: null,
    leakUrl: null,
    honey: false,
    honeyUsedAt: null,
    scopes: [],
    metadata: {},
    disabledAt: null,
    revokedReason: null,
    rotatedFromId: null,
    replacedById: null,
    scopesSince: createdAt,
    allowedCidrs: null,
    rateLimit: null,
    rateWindow: null,
    use: null,
    scopeUses: [],
    places: [],
  }
}
