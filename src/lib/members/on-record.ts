import { db } from '../db/client'
import type { PeoplePort } from '../people/port'

/** Memberships are never deleted: they hold what the club called those who have left. */
export const membersOnRecord: PeoplePort = {
  async formerNames(clubId, userIds, tx) {
    const members = await tx.membership.findMany({
      relationLoadStrategy: 'join',
      where: { clubId, userId: { in: [...userIds] } },
      select: { userId: true, name: true, user: { select: { name: true } } },
    })
    return new Map(members.map(({ userId, name, user }) => [userId, name ?? user.name]))
  },
  async usersOf(clubId, ids) {
    const members = await db().membership.findMany({
      where: { clubId, id: { in: [...ids] } },
      select: { id: true, userId: true },
    })
    return new Map(members.map(({ id, userId }) => [id, userId]))
  },
}
