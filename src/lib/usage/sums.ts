import type { UsageCounts } from '@/contracts/usage'
import { db, Prisma } from '../db/client'
import { keptSince, type Span } from './steps'

/** What was done in the step that begins at `at`. */
export type StepCounts = UsageCounts & { at: Date }

const SUMS = Prisma.sql`sum("requests")::float8 AS "requests", sum("denied")::float8 AS "denied",
  sum("limited")::float8 AS "limited", sum("errors")::float8 AS "errors"`
const COUNTS = Prisma.sql`"requests", "denied", "limited", "errors"`
/** Kept by key and hour, and not folded yet: past the place where the fold stands. */
const UNFOLDED = Prisma.sql`(u."hour" > f."hour" OR (u."clubId", u."apiKeyId") > (f."club", f."apiKey"))`

/** All keys of a club together: added up hour by hour when it was written, whether it is folded or not. */
export const sumOfClub = (clubId: string, span: Span): Promise<StepCounts[]> => db().$queryRaw`
  SELECT date_trunc(${span.by}, "hour", 'UTC') AS "at", ${SUMS} FROM "ClubUsage"
  WHERE "clubId" = ${clubId} AND "hour" >= ${span.from} AND "hour" < ${span.to} GROUP BY 1`

/** Of which keys: all of an owner's, one, or both. */
type Which = { ownerId?: string | undefined; keyId?: string | undefined }

/**
 * By hour from the owner's sums or the key's own rows, by day and month from what is folded, and from rows of
 * the last hours.
 */
export function sumOfKeys(clubId: string, span: Span, which: Which): Promise<StepCounts[]> {
  const { ownerId, keyId } = which
  if (span.by === 'hour' && ownerId !== undefined && keyId === undefined)
    return db().$queryRaw`
      SELECT "hour" AS "at", ${SUMS} FROM "OwnerUsage" WHERE "clubId" = ${clubId} AND "userId" = ${ownerId}
        AND "hour" >= ${span.from} AND "hour" < ${span.to} GROUP BY 1`
  const keys = keysOf(clubId, which)
  if (span.by === 'hour')
    return db().$queryRaw`
      SELECT u."hour" AS "at", ${SUMS} FROM (${keys}) k JOIN "ApiKeyUsage" u ON u."apiKeyId" = k."id"
      WHERE u."hour" >= ${span.from} AND u."hour" < ${span.to} GROUP BY 1`
  return db().$queryRaw`
    WITH k AS MATERIALIZED (${keys})
    SELECT date_trunc(${span.by}, "at", 'UTC') AS "at", ${SUMS} FROM (
      SELECT d."day" AS "at", ${COUNTS} FROM k JOIN "ApiKeyUsageDay" d ON d."apiKeyId" = k."id"
        WHERE d."day" >= ${span.from} AND d."day" < ${span.to}
      UNION ALL
      SELECT n.* FROM "UsageFold" f, k, LATERAL (
        SELECT u."hour" AS "at", ${COUNTS} FROM "ApiKeyUsage" u WHERE u."apiKeyId" = k."id"
          AND u."hour" >= greatest(f."hour", ${keptHours(span)}::timestamptz) AND u."hour" < ${span.to} AND ${UNFOLDED} OFFSET 0) n
    ) s GROUP BY 1`
}

const keysOf = (clubId: string, { ownerId, keyId }: Which) => Prisma.sql`
  SELECT "id" FROM "ApiKey" WHERE "clubId" = ${clubId}
    ${ownerId === undefined ? Prisma.empty : Prisma.sql`AND "userId" = ${ownerId}`}
    ${keyId === undefined ? Prisma.empty : Prisma.sql`AND "id" = ${keyId}::uuid`}`

/** Before that there are no hours any more, but for what the last sweep left. */
function keptHours({ from }: Span): Date {
  const kept = keptSince('hour')
  return from > kept ? from : kept
}
