import { Prisma, type Transaction } from '../db/client'
import { statusOf } from '../key-status'

/** What events tell of the things that they are about, by id; what is missing is not there any more. */
type Describe = (tx: Transaction, clubId: string, ids: readonly string[]) => Promise<Map<string, object>>

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

const OWNER = Prisma.sql`k."userId" AS "ownerId", coalesce(m."name", u."name") AS "ownerName", u."kind"::text AS "ownerKind"`
const OF_OWNER = Prisma.sql`
  LEFT JOIN "Membership" m ON m."clubId" = k."clubId" AND m."userId" = k."userId" LEFT JOIN "User" u ON u."id" = k."userId"`

/** Of deleted keys, what is left of them. */
const keys: Describe = async (tx, clubId, ids) => {
  const rows = await tx.$queryRaw<KeyRow[]>`
    SELECT k."id", k."name", k."start", k."last4", k."scopes", ${OWNER}, k."createdAt", k."expiresAt", k."revokedAt",
      k."disabledAt", k."rotatedFromId", k."replacedById", false AS "deleted"
    FROM "ApiKey" k ${OF_OWNER} WHERE k."clubId" = ${clubId}::uuid AND k."id" = ANY (${ids}::uuid[])
    UNION ALL
    SELECT k."apiKeyId", k."name", k."start", k."last4", '{}', ${OWNER}, k."createdAt", k."expiresAt", k."revokedAt",
      NULL, NULL, NULL, true
    FROM "ApiKeyTombstone" k ${OF_OWNER} WHERE k."clubId" = ${clubId}::uuid AND k."apiKeyId" = ANY (${ids}::uuid[])`
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

const members: Describe = async (tx, clubId, ids) => {
  const rows = await tx.membership.findMany({
    relationLoadStrategy: 'join',
    where: { clubId, id: { in: [...ids] } },
    select: {
      ...{ id: true, name: true, roles: true, status: true },
      user: { select: { id: true, name: true, kind: true } },
    },
  })
  const show = ({ id, name, user, roles, status }: (typeof rows)[number]) => ({
    id,
    user: { ...user, name: name ?? user.name },
    roles,
    status,
  })
  return new Map(rows.map((row) => [row.id, show(row)]))
}

const endpoints: Describe = async (tx, clubId, ids) => {
  const rows = await tx.webhookEndpoint.findMany({
    where: { clubId, id: { in: [...ids] } },
    select: { id: true, url: true, description: true, types: true, disabledAt: true, disabledReason: true },
  })
  const show = ({ disabledAt, ...row }: (typeof rows)[number]) => ({
    ...row,
    disabledAt: disabledAt?.toISOString() ?? null,
  })
  return new Map(rows.map((row) => [row.id, show(row)]))
}

/** By model. Events about any other hold its id alone. */
export const DESCRIBE: Readonly<Record<string, Describe>> = {
  ApiKey: keys,
  Membership: members,
  WebhookEndpoint: endpoints,
}
