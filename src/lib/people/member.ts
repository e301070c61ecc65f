import type { Role } from '@/contracts/permissions'
import { hostId, isStorable } from '@/contracts/text'
import { db, Prisma, type OwnerKind, type Transaction } from '../db/client'

/** Somebody who may act in a club: an active member of it who is not disabled. */
export type ActiveMember = { clubId: string; userId: string; roles: readonly Role[] }

/**
 * A person in a club that they may enter; null for all others, and in a club whose id no answer could hold.
 * @param userId as the app’s own session port says it, which may be no id, and no text either
 */
export async function findMember(slug: string, userId: string): Promise<ActiveMember | null> {
  if (!isStorable(slug) || !isHostId(userId)) return null
  const found = await db().$queryRaw<ActiveMember[]>`
    SELECT o."club_id" AS "clubId", o."user_id" AS "userId", o."roles" FROM "club" c CROSS JOIN LATERAL (
      SELECT * FROM "owner" o WHERE o."club_id" = c."club_id" AND o."user_id" = ${userId} OFFSET 0) o
    WHERE c."slug" = ${slug} AND o."active" AND o."kind" = 'user'`
  const member = theOne(found)
  return member && isHostId(member.clubId) ? member : null
}

type InClub = { clubId: string; userId: string }
type Member = { name: string; kind: OwnerKind; roles: readonly Role[]; active: boolean }

/** A member of a club as the app describes them now; null where they are none any more. */
async function readMember(tx: Transaction, { clubId, userId }: InClub): Promise<Member | null> {
  if (!isHostId(clubId) || !isHostId(userId)) return null
  return theOne(
    await tx.$queryRaw<Member[]>`
      SELECT o."name", o."kind", o."roles", o."active" FROM "owner" o
      WHERE o."club_id" = ${clubId} AND o."user_id" = ${userId}`,
  )
}

/** The app's view has one row for a member. Where it has two, nobody can know which of them holds. */
function theOne<Found>(found: readonly Found[]): Found | null {
  return found.length === 1 ? (found[0] ?? null) : null
}

/** The roles of an active member as they are now; null where they are none any more. */
export async function liveRoles(tx: Transaction, who: InClub): Promise<readonly Role[] | null> {
  const member = await readMember(tx, who)
  return member?.active ? member.roles : null
}

/** The roles of a member, active or not. */
export const rolesOf = async (tx: Transaction, who: InClub): Promise<readonly Role[]> =>
  (await readMember(tx, who))?.roles ?? []

/** Whether a member of a club, active or not, is a person or a service account; null: no member. */
export const kindOf = async (tx: Transaction, who: InClub): Promise<OwnerKind | null> =>
  (await readMember(tx, who))?.kind ?? null

type Held = { userId: string; kind: OwnerKind; roles: readonly Role[] }

/**
 * Locks what is kept of an active member until the commit: a demotion, a removal or their next key waits, and
 * then sees what was done here.
 * @returns null when the club has no such member
 */
export async function holdMember(tx: Transaction, { clubId, userId }: InClub): Promise<Held | null> {
  return (await holdMembers(tx, clubId, [userId])).get(userId) ?? null
}

/**
 * As `holdMember`, for many by user id; the result leaves out those who are no active members, and whose ids
 * no answer could hold.
 */
export async function holdMembers(
  tx: Transaction,
  clubId: string,
  userIds: readonly string[],
): Promise<Map<string, Held>> {
  const members = await tx.$queryRaw<Held[]>`
    SELECT "userId", "kind", "roles" FROM hold_owners(${clubId}, ${holdable(clubId, userIds)}::text[])`
  return onesById(members)
}

const isHostId = (id: string): boolean => hostId.safeParse(id).success
const holdable = (clubId: string, userIds: readonly string[]): string[] =>
  isHostId(clubId) ? userIds.filter(isHostId) : []

/** Without those of whom there are two. */
function onesById(members: readonly Held[]): Map<string, Held> {
  const count = new Map<string, number>()
  for (const { userId } of members) count.set(userId, (count.get(userId) ?? 0) + 1)
  const ones = members.filter(({ userId }) => count.get(userId) === 1)
  return new Map(ones.map((member) => [member.userId, member]))
}

/** As `holdMembers`, without a lock: for a question that writes nothing. */
export async function activeMembers(
  tx: Transaction,
  clubId: string,
  userIds: readonly string[],
): Promise<Map<string, Held>> {
  const members = await tx.$queryRaw<Held[]>`
    SELECT o."user_id" AS "userId", o."kind", o."roles" FROM "owner" o
    WHERE o."club_id" = ${clubId} AND o."user_id" = ANY (${holdable(clubId, userIds)}::text[]) AND o."active"`
  return onesById(members)
}

/** The lock of {@link holdMember} for the owners of keys, by their ids, also of deleted ones. */
export const holdOwnersOf = (tx: Transaction, clubId: string, keyIds: readonly string[]) =>
  tx.$queryRaw(Prisma.sql`
  SELECT 1 FROM "Holder" WHERE ("clubId", "userId") IN
    (SELECT "clubId", "userId" FROM "ApiKey" WHERE "clubId" = ${clubId} AND "id" = ANY (${keyIds}::uuid[])
     UNION SELECT "clubId", "userId" FROM "ApiKeyTombstone" WHERE "clubId" = ${clubId} AND "apiKeyId" = ANY (${keyIds}::uuid[]))
  ORDER BY "userId" FOR NO KEY UPDATE`)
