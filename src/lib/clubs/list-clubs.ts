import { db } from '../db/client'

export type ListedClub = {
  id: string
  slug: string
  name: string
  members: number
  liveKeys: number
  createdAt: string
}

/** Every club, by slug, with how many active members and live keys it has. For operators only. */
export async function listClubs(): Promise<ListedClub[]> {
  const clubs = await db().club.findMany({
    orderBy: { slug: 'asc' },
    select: { id: true, slug: true, name: true, createdAt: true },
  })
  const now = new Date()
  const [members, keys] = await Promise.all([
    db().membership.groupBy({ by: ['clubId'], where: { status: 'ACTIVE' }, _count: { _all: true } }),
    db().apiKey.groupBy({
      by: ['clubId'],
      where: { revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] },
      _count: { _all: true },
    }),
  ])
  const count = (groups: readonly { clubId: string; _count: { _all: number } }[], id: string) =>
    groups.find(({ clubId }) => clubId === id)?._count._all ?? 0
  return clubs.map(({ createdAt, ...club }) => ({
    ...club,
    members: count(members, club.id),
    liveKeys: count(keys, club.id),
    createdAt: createdAt.toISOString(),
  }))
}
