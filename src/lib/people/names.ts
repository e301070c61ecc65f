import { db, type Transaction } from '../db/client'
import { peoplePort } from './port'

/** What a club calls its members, by user id. Those who left are on record, too, as far as the app remembers. */
export async function memberNames(
  clubId: string,
  userIds: readonly string[],
  tx: Transaction = db(),
): Promise<Map<string, string>> {
  if (userIds.length === 0) return new Map()
  const members = await tx.$queryRaw<{ userId: string; name: string | null }[]>`
    SELECT g."id" AS "userId", coalesce(
      (SELECT min(o."name") FROM "owner" o WHERE o."club_id" = ${clubId} AND o."user_id" = g."id"),
      (SELECT h."name" FROM "Holder" h WHERE h."clubId" = ${clubId} AND h."userId" = g."id")) AS "name"
    FROM unnest(${[...userIds]}::text[]) AS g("id")`
  const names = new Map(members.flatMap(({ userId, name }) => (name === null ? [] : [[userId, name]])))
  const unknown = userIds.filter((userId) => !names.has(userId))
  if (unknown.length === 0) return names
  return new Map([...names, ...(await peoplePort().formerNames(clubId, unknown, tx))])
}
