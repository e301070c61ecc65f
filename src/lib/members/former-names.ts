import type { FormerNames } from '../people/former'

/** Memberships are never deleted: what the club called those who have left. */
export const namesOnRecord: FormerNames = async (clubId, userIds, tx) => {
  const members = await tx.membership.findMany({
    relationLoadStrategy: 'join',
    where: { clubId, userId: { in: [...userIds] } },
    select: { userId: true, name: true, user: { select: { name: true } } },
  })
  return new Map(members.map(({ userId, name, user }) => [userId, name ?? user.name]))
}
