import type { Scope } from '@/contracts/permissions'
import { db, type Transaction } from '../db/client'
import { isGone } from '../db/taken'
import { addToFolded, holdFold, MAYBE_FOLDED_AFTER_MS } from './fold'

/** What a key did within an hour. */
export type Count = {
  apiKeyId: string
  hour: number
  lastUsedAt: number | null
  /** Each scope that was needed; null until one is: a set for each key would weigh more than the rest. */
  scopes: Scope[] | null
  requests: number
  denied: number
  limited: number
  errors: number
}
/** What was sent to be added, once, under a number of its own. */
export type Batch = { number: number; counts: Count[] }

/**
 * Adds what keys did to what is known of them. If one of them is deleted meanwhile, the rest is added at once,
 * without it: its batch would otherwise fail as a whole, and wait.
 */
export async function writeUses(writer: string, batch: Batch): Promise<void> {
  try {
    await add(writer, batch)
  } catch (error) {
    if (!isGone(error)) throw error
    await add(writer, batch)
  }
}

/** What comes so late that its hour may have been folded is added there, too. */
async function add(writer: string, batch: Batch): Promise<void> {
  const late = batch.counts.filter(({ hour }) => Date.now() - hour >= MAYBE_FOLDED_AFTER_MS)
  if (late.length === 0) return void (await insert(db(), writer, batch))
  await db().$transaction(async (tx) => {
    await holdFold(tx)
    const column = columnsOf(late)
    if ((await insert(tx, writer, batch)) > 0)
      await addToFolded(tx, {
        ids: column('apiKeyId'),
        hours: late.map(({ hour }) => new Date(hour)),
        requests: column('requests'),
        denied: column('denied'),
        limited: column('limited'),
        errors: column('errors'),
      })
  })
}

const columnsOf =
  (counts: Count[]) =>
  <Field extends keyof Count>(field: Field) =>
    counts.map((count) => count[field])
const times = (values: (number | null)[]) => values.map((at) => (at === null ? null : new Date(at)))

/**
 * Last uses go forward only: a late flush never moves one back. Keys deleted meanwhile drop out of the join.
 * A batch counts once, however often it is sent: each number of a writer is taken once. Every process takes
 * the rows in the same order, so that no two wait for each other.
 * @returns how many rows of usage were added: none for a batch that was added before
 */
async function insert(tx: Transaction, writer: string, { number, counts }: Batch): Promise<number> {
  const column = columnsOf(counts)
  const needs = counts.flatMap(({ apiKeyId, scopes, lastUsedAt }) =>
    (scopes ?? []).map((scope) => ({ apiKeyId, scope, at: lastUsedAt })),
  )
  return tx.$executeRaw`
    WITH turn AS (
      INSERT INTO "UsageWriter" ("id", "batch", "at") VALUES (${writer}::uuid, ${number}, now())
      ON CONFLICT ("id") DO UPDATE SET "batch" = EXCLUDED."batch", "at" = EXCLUDED."at"
      WHERE "UsageWriter"."batch" < EXCLUDED."batch" RETURNING 1
    ), noted AS (
      SELECT n.*, k."clubId" FROM unnest(
        ${column('apiKeyId')}::uuid[], ${times(column('hour'))}::timestamptz[], ${times(column('lastUsedAt'))}::timestamptz[],
        ${column('requests')}::int[], ${column('denied')}::int[], ${column('limited')}::int[], ${column('errors')}::int[]
      ) AS n("id", "hour", "at", "requests", "denied", "limited", "errors") JOIN "ApiKey" k ON k."id" = n."id"
      WHERE EXISTS (SELECT 1 FROM turn)
    ), used AS (
      INSERT INTO "ApiKeyUse" ("apiKeyId", "clubId", "lastUsedAt")
      SELECT "id", "clubId", max("at") FROM noted WHERE "at" IS NOT NULL GROUP BY "id", "clubId" ORDER BY "id"
      ON CONFLICT ("apiKeyId") DO UPDATE SET "lastUsedAt" = GREATEST("ApiKeyUse"."lastUsedAt", EXCLUDED."lastUsedAt")
    ), needed AS (
      INSERT INTO "ApiKeyScopeUse" ("apiKeyId", "clubId", "scope", "lastUsedAt")
      SELECT k."id", k."clubId", s."scope", max(s."at") FROM unnest(
        ${needs.map(({ apiKeyId }) => apiKeyId)}::uuid[], ${needs.map(({ scope }) => scope)}::text[],
        ${times(needs.map(({ at }) => at))}::timestamptz[]
      ) AS s("id", "scope", "at") JOIN "ApiKey" k ON k."id" = s."id"
      WHERE EXISTS (SELECT 1 FROM turn)
      GROUP BY k."id", k."clubId", s."scope" ORDER BY k."id", s."scope"
      ON CONFLICT ("apiKeyId", "scope") DO UPDATE SET "lastUsedAt" = GREATEST("ApiKeyScopeUse"."lastUsedAt", EXCLUDED."lastUsedAt")
    )
    INSERT INTO "ApiKeyUsage" AS u ("apiKeyId", "clubId", "hour", "requests", "denied", "limited", "errors")
    SELECT "id", "clubId", "hour", "requests", "denied", "limited", "errors" FROM noted ORDER BY "id", "hour"
    ON CONFLICT ("apiKeyId", "hour") DO UPDATE SET
      "requests" = u."requests" + EXCLUDED."requests", "denied" = u."denied" + EXCLUDED."denied",
      "limited" = u."limited" + EXCLUDED."limited", "errors" = u."errors" + EXCLUDED."errors"`
}
