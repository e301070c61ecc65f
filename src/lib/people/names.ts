import { db, type Transaction } from '../db/client'

/** What a club calls its members, by user id. Former members are on record too. */
export async function memberNames(
  clubId: string,
  userIds: readonly string[],
  tx: Transaction = db(),
): Promise<Map<string, string>> {
  const members = await tx.membership.findMany({
    relationLoadStrategy: 'join',
    where: { clubId, userId: { in: [...userIds] } },
    select: { userId: true, name: true, user: { select: { name: true } } },
  })
  return new Map(members.map(({ userId, name, user }) => [userId, name ?? user.name]))
}
