import { Prisma } from '../db/client'
import { statusOf } from '../key-status'
import { shownAddress } from '../shown-address'
import { described, type Describe } from './port'

type KeyRow = {
  id: string
  name: string | null
  start: string
  last4: string
  scopes: string[]
  ownerId: string | null
  ownerName: string | null
  ownerKind: 'user' | 'service' | null
  createdAt: Date | null
  expiresAt: Date | null
  revokedAt: Date | null
  disabledAt: Date | null
  rotatedFromId: string | null
  replacedById: string | null
  deleted: boolean
}

const OWNER = Prisma.sql`
  k."userId" AS "ownerId", coalesce(o."name", h."name") AS "ownerName", coalesce(o."kind", h."kind")::text AS "ownerKind"`
const OF_OWNER = Prisma.sql`
  LEFT JOIN "Holder" h ON h."clubId" = k."clubId" AND h."userId" = k."userId"
  LEFT JOIN "live_owner" o ON o."clubId" = k."clubId" AND o."userId" = k."userId"`

/** Of deleted keys, what is left of them. */
const keys: Describe = async (tx, clubId, ids) => {
  const rows = await tx.$queryRaw<KeyRow[]>`
    SELECT k."id", k."name", k."start", k."last4", k."scopes", ${OWNER}, k."createdAt", k."expiresAt", k."revokedAt",
      k."disabledAt", k."rotatedFromId", k."replacedById", false AS "deleted"
    FROM "ApiKey" k ${OF_OWNER} WHERE k."clubId" = ${clubId} AND k."id" = ANY (${ids}::uuid[])
    UNION ALL
    SELECT k."apiKeyId", k."name", k."start", k."last4", '{}', ${OWNER}, k."createdAt", k."expiresAt", k."revokedAt",
      NULL, NULL, NULL, true
    FROM "ApiKeyTombstone" k ${OF_OWNER} WHERE k."clubId" = ${clubId} AND k."apiKeyId" = ANY (${ids}::uuid[])`
  return new Map(rows.map((row) => [row.id, showKey(row)]))
}

const showKey = (row: KeyRow) => ({
  id: row.id,
  name: row.name ?? '',
  start: row.start || null,
  last4: row.last4 || null,
  status: row.deleted ? 'deleted' : statusOf(row, Date.now()),
  scopes: row.scopes,
  owner:
    row.ownerId !== null && row.ownerKind !== null
      ? { id: row.ownerId, name: row.ownerName ?? '', kind: row.ownerKind }
      : null,
  createdAt: row.createdAt?.toISOString() ?? null,
  expiresAt: row.expiresAt?.toISOString() ?? null,
  revokedAt: row.revokedAt?.toISOString() ?? null,
  rotatedFromId: row.rotatedFromId,
  replacedById: row.replacedById,
})

const endpoints: Describe = async (tx, clubId, ids) => {
  const rows = await tx.webhookEndpoint.findMany({
    where: { clubId, id: { in: [...ids] } },
    select: { id: true, url: true, description: true, types: true, disabledAt: true, disabledReason: true },
  })
  const show = ({ url, disabledAt, ...row }: (typeof rows)[number]) => ({
    ...row,
    url: shownAddress(url),
    disabledAt: disabledAt?.toISOString() ?? null,
  })
  return new Map(rows.map((row) => [row.id, show(row)]))
}

const OURS: Readonly<Record<string, Describe>> = { ApiKey: keys, WebhookEndpoint: endpoints }

/** How a model's rows are described; undefined: events about them hold the id alone. */
export const describeBy = (model: string): Describe | undefined =>
  Object.hasOwn(OURS, model) ? OURS[model] : described().get(model)
