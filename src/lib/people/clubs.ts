import { db, type Transaction } from '../db/client'

type Club = { id: string; slug: string; name: string }

/** Clubs, by id. */
export async function clubsById(ids: readonly string[], tx: Transaction = db()): Promise<Map<string, Club>> {
  const clubs = await tx.$queryRaw<Club[]>`
    SELECT c."club_id" AS "id", c."slug", c."name" FROM "club" c WHERE c."club_id" = ANY (${[...new Set(ids)]}::text[])`
  return new Map(clubs.map((club) => [club.id, club]))
}
