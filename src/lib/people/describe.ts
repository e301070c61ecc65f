import { db, type OwnerKind, type Transaction } from '../db/client'

type Described = {
  club: { id: string; slug: string; name: string }
  user: { id: string; name: string; kind: OwnerKind }
}

/** A member and their club, for the caller themselves to read; null: no member. */
export async function describeMember(
  { clubId, userId }: { clubId: string; userId: string },
  tx: Transaction = db(),
): Promise<Described | null> {
  const [found] = await tx.$queryRaw<Described[]>`
    SELECT jsonb_build_object('id', c."club_id", 'slug', c."slug", 'name', c."name") AS "club",
      jsonb_build_object('id', o."user_id", 'name', o."name", 'kind', o."kind") AS "user"
    FROM "club" c CROSS JOIN LATERAL (
      SELECT * FROM "owner" o WHERE o."club_id" = c."club_id" AND o."user_id" = ${userId} OFFSET 0) o
    WHERE c."club_id" = ${clubId}`
  return found ?? null
}
