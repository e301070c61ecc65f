import type { Transaction } from '../db/client'
import { newId } from '../db/new-id'
import type { OwnedRow } from './row'

/**
 * Writes keys in one statement: through the client, whose statements carry a parameter for each value, a
 * hundred thousand of them take a minute more. A digest that somebody else has written meanwhile is left out.
 * @returns the rows that were written, each with its key's id
 */
export async function insertKeys(
  tx: Transaction,
  clubId: string,
  rows: readonly OwnedRow[],
): Promise<(OwnedRow & { id: string })[]> {
  const made = rows.map((row) => ({ ...row, id: newId() }))
  const written = await tx.$queryRaw<{ id: string }[]>`
    WITH given AS (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(made.map(asJson))}::jsonb) AS g(
        "id" uuid, "userId" text, "name" text, "digest" text, "start" text, "last4" text, "scopes" text[], "metadata" jsonb,
        "createdAt" timestamptz, "expiresAt" timestamptz, "lastUsedAt" timestamptz,
        "hash" text, "lookup" text)
    ), written AS (
      INSERT INTO "ApiKey" ("id", "clubId", "userId", "name", "digest", "start", "last4", "scopes", "metadata", "createdAt", "updatedAt",
        "expiresAt", "imported")
      SELECT "id", ${clubId}, "userId", "name", decode("digest", 'hex'), "start", "last4", "scopes", "metadata",
        coalesce("createdAt", now()), now(), "expiresAt", true
        -- All imports write in one order: two of the same tokens wait for each other, and never both.
        FROM given ORDER BY "digest" ON CONFLICT ("digest") DO NOTHING RETURNING "id"
    ), used AS (
      INSERT INTO "ApiKeyUse" ("apiKeyId", "clubId", "lastUsedAt")
      SELECT "id", ${clubId}, "lastUsedAt" FROM given JOIN written USING ("id") WHERE "lastUsedAt" IS NOT NULL
    ), slow AS (
      INSERT INTO "SlowHash" ("source", "clubId", "apiKeyId", "lookup", "hash")
      SELECT decode("digest", 'hex'), ${clubId}, "id", "lookup", "hash" FROM given JOIN written USING ("id")
       WHERE "hash" IS NOT NULL
    )
    SELECT "id" FROM written`
  const ids = new Set(written.map(({ id }) => id))
  return made.filter(({ id }) => ids.has(id))
}

const asJson = ({
  id,
  userId,
  name,
  kept,
  scopes,
  metadata,
  createdAt,
  expiresAt,
  lastUsedAt,
}: OwnedRow & { id: string }) => ({
  id,
  userId,
  name,
  digest: kept.digest.toString('hex'),
  start: kept.start,
  last4: kept.last4,
  scopes,
  metadata,
  createdAt,
  expiresAt,
  lastUsedAt,
  ...kept.slow,
})
