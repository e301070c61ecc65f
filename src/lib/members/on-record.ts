import { id as uuid } from '@/contracts/text'
import { db } from '../db/client'
import type { PeoplePort } from '../people/port'

/** The layer asks with whatever text it was given; of others the database would not know how to look. */
const isOurs = (id: string): boolean => uuid.safeParse(id).success

/** Memberships are never deleted: they hold what the club called those who have left. */
export const membersOnRecord: PeoplePort = {
  async formerNames(clubId, userIds, tx) {
    const members = await tx.membership.findMany({
      relationLoadStrategy: 'join',
      where: { clubId, userId: { in: userIds.filter(isOurs) } },
      select: { userId: true, name: true, user: { select: { name: true } } },
    })
    return new Map(members.map(({ userId, name, user }) => [userId, name ?? user.name]))
  },
  async usersOf(clubId, ids) {
    const members = await db().membership.findMany({
      where: { clubId, id: { in: ids.filter(isOurs) } },
      select: { id: true, userId: true },
    })
    return new Map(members.map(({ id, userId }) => [id, userId]))
  },
}
