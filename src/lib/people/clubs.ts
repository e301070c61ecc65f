import { db, Prisma, type Transaction } from '../db/client'

type Club = { id: string; slug: string; name: string }

/** Clubs, by id. */
export async function clubsById(ids: readonly string[], tx: Transaction = db()): Promise<Map<string, Club>> {
  const clubs = await tx.$queryRaw<Club[]>`
    SELECT c."club_id" AS "id", c."slug", c."name" FROM "club" c WHERE c."club_id" = ANY (${[...new Set(ids)]}::text[])`
  return new Map(clubs.map((club) => [club.id, club]))
}

/** Whether the app has a club (still), as a condition: it asks the app's view for one row at a time. */
export const clubIsThere = (clubId: Prisma.Sql): Prisma.Sql =>
  Prisma.sql`EXISTS (SELECT FROM "club" c WHERE c."club_id" = ${clubId} OFFSET 0)`
