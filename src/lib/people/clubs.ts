import { db } from '../db/client'

type Club = { id: string; slug: string; name: string }

/** Clubs, by id. */
export async function clubsById(ids: readonly string[]): Promise<Map<string, Club>> {
  const clubs = await db().club.findMany({
    where: { id: { in: [...new Set(ids)] } },
    select: { id: true, slug: true, name: true },
  })
  return new Map(clubs.map((club) => [club.id, club]))
}
