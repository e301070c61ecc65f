import { Prisma, type Transaction } from '../db/client'
import { clubIsThere } from '../people/clubs'

/** How long a reminder is still sent late, in days: no process may have run. */
const LATE_DAYS = 7
const UNUSED_DAYS = 90
/** How many keys of a club are claimed at once: they go into one mail. */
const OF_CLUB = 200

/** `about`: the end, the last use or the making that it is about. A new one is another reminder. */
export type Claimed = { apiKeyId: string; clubId: string; kind: string; about: Date; claimedAt: Date }

const CLAIM = Prisma.sql`INSERT INTO "ApiKeyReminder" ("apiKeyId", "clubId", "kind", "about", "claimedAt")`
const ONCE = Prisma.sql`ON CONFLICT DO NOTHING RETURNING "apiKeyId", "clubId", "kind", "about", "claimedAt"`
/** Those that have, or had, keys, and that are still there. */
const CLUBS = Prisma.sql`(
    SELECT h."clubId" AS "id" FROM (SELECT DISTINCT "clubId" FROM "Holder") h WHERE ${clubIsThere(Prisma.sql`h."clubId"`)})`
/** Nobody depends on a key that is off, or that was replaced. */
const IN_FORCE = Prisma.sql`k."revokedAt" IS NULL AND k."disabledAt" IS NULL AND k."replacedById" IS NULL`
const notYet = (kind: string, about: Prisma.Sql) => Prisma.sql`
  NOT EXISTS (SELECT FROM "ApiKeyReminder" r WHERE r."apiKeyId" = k."id" AND r."kind" = ${kind} AND r."about" = ${about})`

/**
 * Claims what is due now. The primary key gives each to one process only. Found club by club, each by an
 * index.
 */
export async function claimDue(tx: Transaction): Promise<Claimed[]> {
  const claimed: Claimed[] = []
  // The nearest first: a key that ends in two days needs no notice of fourteen.
  for (const [days, sooner] of [
    [0, null],
    [3, 0],
    [14, 3],
  ] as const)
    claimed.push(...(await claimEnding(tx, days, sooner)))
  claimed.push(...(await claimUnused(tx)))
  return claimed
}

/**
 * Only keys that existed when the time for it came: a key that is made for a day needs no notice of its end.
 */
const claimEnding = (
  tx: Transaction,
  days: number,
  sooner: number | null,
): Promise<Claimed[]> => tx.$queryRaw`
  ${CLAIM} SELECT d."id", d."clubId", ${`ends-${days}`}, d."expiresAt", now() FROM ${CLUBS} c CROSS JOIN LATERAL (
    SELECT k."id", k."clubId", k."expiresAt" FROM "ApiKey" k
    WHERE k."clubId" = c."id" AND ${IN_FORCE}
      AND k."expiresAt" > now() + make_interval(days => ${sooner ?? -LATE_DAYS}::int) AND k."expiresAt" <= now() + make_interval(days => ${days}::int)
      AND k."createdAt" < k."expiresAt" - make_interval(days => ${days + 1}::int)
      AND ${notYet(`ends-${days}`, Prisma.sql`k."expiresAt"`)}
    ORDER BY k."expiresAt" LIMIT ${OF_CLUB}) d ORDER BY 2, 1 ${ONCE}`

const claimUnused = (tx: Transaction): Promise<Claimed[]> => tx.$queryRaw`
  ${CLAIM} SELECT d."id", d."clubId", ${`unused-${UNUSED_DAYS}`}, d."since", now() FROM ${CLUBS} c CROSS JOIN LATERAL (
    (SELECT k."id", k."clubId", u."lastUsedAt" AS "since" FROM "ApiKeyUse" u JOIN "ApiKey" k ON k."id" = u."apiKeyId"
     WHERE u."clubId" = c."id" AND u."lastUsedAt" <= ${daysAgo(UNUSED_DAYS)} AND u."lastUsedAt" > ${daysAgo(UNUSED_DAYS + LATE_DAYS)}
       AND ${IN_FORCE} AND (k."expiresAt" IS NULL OR k."expiresAt" > now()) AND ${notYet(`unused-${UNUSED_DAYS}`, Prisma.sql`u."lastUsedAt"`)}
     LIMIT ${OF_CLUB})
    UNION ALL
    (SELECT k."id", k."clubId", k."createdAt" FROM "ApiKey" k
     WHERE k."clubId" = c."id" AND k."createdAt" <= ${daysAgo(UNUSED_DAYS)} AND k."createdAt" > ${daysAgo(UNUSED_DAYS + LATE_DAYS)}
       AND ${IN_FORCE} AND (k."expiresAt" IS NULL OR k."expiresAt" > now()) AND NOT EXISTS (SELECT FROM "ApiKeyUse" u WHERE u."apiKeyId" = k."id")
       AND ${notYet(`unused-${UNUSED_DAYS}`, Prisma.sql`k."createdAt"`)}
     LIMIT ${OF_CLUB})) d ORDER BY 2, 1 ${ONCE}`

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000)

/**
 * Claimed but not told, because the process died or the mail failed: tried again for a day, every so often.
 */
export const claimAgain = (tx: Transaction): Promise<Claimed[]> => tx.$queryRaw`
  WITH s AS MATERIALIZED (
    SELECT "apiKeyId", "kind", "about" FROM "ApiKeyReminder"
    WHERE "toldAt" IS NULL AND "claimedAt" < now() - interval '15 minutes' AND "at" > now() - interval '1 day'
      AND ${clubIsThere(Prisma.sql`"ApiKeyReminder"."clubId"`)}
    ORDER BY "apiKeyId", "kind", "about" LIMIT 1000 FOR UPDATE SKIP LOCKED)
  UPDATE "ApiKeyReminder" r SET "claimedAt" = now() FROM s
  WHERE r."apiKeyId" = s."apiKeyId" AND r."kind" = s."kind" AND r."about" = s."about"
  RETURNING r."apiKeyId", r."clubId", r."kind", r."about", r."claimedAt"`

/**
 * Those of the claimed that are still this process's, claimed anew: telling other clubs may have taken so
 * long that another process took over.
 */
export async function stillClaimed(tx: Transaction, claimed: readonly Claimed[]): Promise<Claimed[]> {
  return tx.$queryRaw`
    UPDATE "ApiKeyReminder" r SET "claimedAt" = now() FROM unnest(
      ${claimed.map(({ apiKeyId }) => apiKeyId)}::uuid[], ${claimed.map(({ kind }) => kind)}::text[],
      ${claimed.map(({ about }) => about)}::timestamptz[], ${claimed.map(({ claimedAt }) => claimedAt)}::timestamptz[]
    ) AS c("apiKeyId", "kind", "about", "claimedAt")
    WHERE r."apiKeyId" = c."apiKeyId" AND r."kind" = c."kind" AND r."about" = c."about" AND r."claimedAt" = c."claimedAt"
      AND r."toldAt" IS NULL
    RETURNING r."apiKeyId", r."clubId", r."kind", r."about", r."claimedAt"`
}
