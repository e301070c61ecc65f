import { db, type Transaction } from '../db/client'
import type { Actor } from './actor'

/**
 * The live keys that these keys made, and those that they made in turn, whatever has become of the ones in
 * between: a deleted key's tombstone still says who made it. The key that asks is among them where it goes back
 * to one of these: it cannot end what made it and live on unnoticed.
 * @returns pairs of the key asked about and one that goes back to it
 */
export async function findDescendants(
  within: Transaction | null,
  { clubId }: Actor,
  ids: readonly string[],
): Promise<{ root: string; id: string }[]> {
  return (within ?? db()).$queryRaw`
    WITH RECURSIVE made AS (
      SELECT k."id" AS "root", k."id" FROM unnest(${ids}::uuid[]) AS k("id")
      UNION
      SELECT m."root", c."id" FROM made m JOIN (
        SELECT "id", "clubId", "createdByKeyId" FROM "ApiKey"
        UNION ALL SELECT "apiKeyId", "clubId", "createdByKeyId" FROM "ApiKeyTombstone"
      ) c ON c."clubId" = ${clubId}::uuid AND c."createdByKeyId" = m."id"
    )
    SELECT m."root", m."id" FROM made m JOIN "ApiKey" k ON k."id" = m."id"
    WHERE m."id" <> m."root" AND k."clubId" = ${clubId}::uuid AND k."revokedAt" IS NULL
      AND (k."expiresAt" IS NULL OR k."expiresAt" > clock_timestamp())`
}

/** How many live keys would be revoked along with each of these: what to say before asking. */
export async function countDescendants(actor: Actor, ids: readonly string[]): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  for (const { root } of await findDescendants(null, actor, ids))
    counts.set(root, (counts.get(root) ?? 0) + 1)
  return counts
}
