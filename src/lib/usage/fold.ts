import { db, type Transaction } from '../db/client'
import { keptSince } from './steps'

/**
 * Usage that is older, in milliseconds from the beginning of its hour, is folded; a process that writes it
 * after all adds it to what is folded itself (`record.ts`).
 */
const FOLDED_AFTER_MS = 2 * 3_600_000
/** Half an hour before, so that clocks may differ and a slow statement be late. */
export const MAYBE_FOLDED_AFTER_MS = FOLDED_AFTER_MS - 1_800_000
/** How many rows one statement folds: far from what one may take. */
const ROWS_AT_ONCE = 2_000
/** How many statements one run makes: what is left waits for the next. */
const MOST_STATEMENTS = 1_000
/**
 * The lock of the process that folds, and shared by those that add to what is folded. Ours alone: any number
 * will do.
 */
const LOCK = 7_266_001_913

/**
 * Adds usage by key and hour, in the order hour, club, key, to days of keys: each row once, however many
 * processes run, since the place where it stands moves in the same transaction.
 * @returns how many rows were folded
 */
export async function foldUsage(now = Date.now()): Promise<number> {
  const until = new Date(now - FOLDED_AFTER_MS)
  let folded = 0
  for (let n = 0; n < MOST_STATEMENTS; n++) {
    const rows = await db().$transaction((tx) => foldSome(tx, until))
    folded += rows
    if (rows < ROWS_AT_ONCE) break
  }
  return folded
}

async function foldSome(tx: Transaction, until: Date): Promise<number> {
  const [lock] = await tx.$queryRaw<{ taken: boolean }[]>`
    SELECT pg_try_advisory_xact_lock(${LOCK}) AS "taken"`
  if (!lock?.taken) return 0
  const [at] = await tx.usageFold.findMany()
  if (!at) return 0
  // The keys' rows are held, so that none is deleted between being read here and being referred to.
  const [done] = await tx.$queryRaw<{ rows: number }[]>`
    WITH next AS MATERIALIZED (
      SELECT u."hour", u."clubId", u."apiKeyId", u."requests", u."denied", u."limited", u."errors" FROM "ApiKeyUsage" u
      WHERE u."hour" <= ${until} AND (u."hour", u."clubId", u."apiKeyId") > (${at.hour}::timestamptz, ${at.club}, ${at.apiKey}::uuid)
      ORDER BY u."hour", u."clubId", u."apiKeyId" LIMIT ${ROWS_AT_ONCE}
    ), kept AS MATERIALIZED (
      SELECT "id" FROM "ApiKey" WHERE "id" IN (SELECT "apiKeyId" FROM next) ORDER BY "id" FOR KEY SHARE
    ), days AS (
      INSERT INTO "ApiKeyUsageDay" AS d ("apiKeyId", "clubId", "day", "requests", "denied", "limited", "errors")
      SELECT n."apiKeyId", n."clubId", date_trunc('day', n."hour", 'UTC'), sum(n."requests"), sum(n."denied"), sum(n."limited"), sum(n."errors")
      FROM next n JOIN kept k ON k."id" = n."apiKeyId" GROUP BY 1, 2, 3 ORDER BY 1, 3
      ON CONFLICT ("apiKeyId", "day") DO UPDATE SET
        "requests" = d."requests" + EXCLUDED."requests", "denied" = d."denied" + EXCLUDED."denied",
        "limited" = d."limited" + EXCLUDED."limited", "errors" = d."errors" + EXCLUDED."errors"
    ), moved AS (
      UPDATE "UsageFold" f SET "hour" = l."hour", "club" = l."clubId", "apiKey" = l."apiKeyId"
      FROM (SELECT "hour", "clubId", "apiKeyId" FROM next ORDER BY 1 DESC, 2 DESC, 3 DESC LIMIT 1) l
    )
    SELECT count(*)::int AS "rows" FROM next`
  return done?.rows ?? 0
}

/** What a process wrote late. */
type Late = {
  ids: string[]
  hours: Date[]
  requests: number[]
  denied: number[]
  limited: number[]
  errors: number[]
}

/** While it is held nothing is folded: call it before the rows are written, in the same transaction. */
export const holdFold = (tx: Transaction) => tx.$queryRaw`SELECT pg_advisory_xact_lock_shared(${LOCK})::text`

/** Adds what was just written into hours that are folded already. */
export const addToFolded = (tx: Transaction, { ids, hours, ...counts }: Late) => tx.$executeRaw`
  WITH late AS MATERIALIZED (
    SELECT n.*, k."clubId" FROM unnest(
      ${ids}::uuid[], ${hours}::timestamptz[], ${counts.requests}::int[], ${counts.denied}::int[], ${counts.limited}::int[], ${counts.errors}::int[]
    ) AS n("id", "hour", "requests", "denied", "limited", "errors") JOIN "ApiKey" k ON k."id" = n."id", "UsageFold" f
    WHERE (n."hour", k."clubId", n."id") <= (f."hour", f."club", f."apiKey")
  )
  INSERT INTO "ApiKeyUsageDay" AS d ("apiKeyId", "clubId", "day", "requests", "denied", "limited", "errors")
  SELECT "id", "clubId", date_trunc('day', "hour", 'UTC'), sum("requests"), sum("denied"), sum("limited"), sum("errors")
  FROM late GROUP BY 1, 2, 3 ORDER BY 1, 3
  ON CONFLICT ("apiKeyId", "day") DO UPDATE SET
    "requests" = d."requests" + EXCLUDED."requests", "denied" = d."denied" + EXCLUDED."denied",
    "limited" = d."limited" + EXCLUDED."limited", "errors" = d."errors" + EXCLUDED."errors"`

type DeleteSome = (tx: Transaction, most: number) => Promise<number>

/** Past what is kept. Hours only once they are folded: what a day is made of. */
export const outdatedUsage: Readonly<Record<string, DeleteSome>> = {
  ApiKeyUsage: (tx, most) => tx.$executeRaw`
    DELETE FROM "ApiKeyUsage" WHERE ctid = ANY (ARRAY(SELECT u.ctid FROM "ApiKeyUsage" u, "UsageFold" f
      WHERE u."hour" < ${keptSince('hour')} AND u."hour" < f."hour" LIMIT ${most} FOR UPDATE OF u SKIP LOCKED))`,
  ApiKeyUsageDay: (tx, most) => tx.$executeRaw`
    DELETE FROM "ApiKeyUsageDay" WHERE ctid = ANY (ARRAY(SELECT ctid FROM "ApiKeyUsageDay"
      WHERE "day" < ${keptSince('day')} LIMIT ${most} FOR UPDATE SKIP LOCKED))`,
  OwnerUsage: (tx, most) => tx.$executeRaw`
    DELETE FROM "OwnerUsage" WHERE ctid = ANY (ARRAY(SELECT ctid FROM "OwnerUsage"
      WHERE "hour" < ${keptSince('hour')} LIMIT ${most} FOR UPDATE SKIP LOCKED))`,
  ClubUsage: (tx, most) => tx.$executeRaw`
    DELETE FROM "ClubUsage" WHERE ctid = ANY (ARRAY(SELECT ctid FROM "ClubUsage"
      WHERE "hour" < ${keptSince('day')} LIMIT ${most} FOR UPDATE SKIP LOCKED))`,
}
