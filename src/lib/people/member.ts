import { z } from 'zod'
import type { Role } from '@/contracts/permissions'
import { slug as slugSchema } from '@/contracts/text'
import { db, type Prisma, type Transaction, type UserKind } from '../db/client'

/** Somebody who may act in a club: an active member of it who is not disabled. */
export type ActiveMember = { clubId: string; userId: string; roles: readonly Role[] }

/**
 * Memberships that a sign-in may use. Anybody could have registered an address that nobody proved: it opens
 * only the club that gave its owner the link to the account, and no club that invited the address since.
 */
const PROVEN = { OR: [{ vouched: true }, { user: { emailVerified: { not: null } } }] }
export const OPEN = { status: 'ACTIVE', ...PROVEN } as const satisfies Prisma.MembershipWhereInput

/** Those that would be open if the club had not suspended them. */
export const SHUT = { status: 'SUSPENDED', ...PROVEN } as const satisfies Prisma.MembershipWhereInput

/** A text that cannot be a slug may be one that the database does not even take. */
export const clubCalled = (slug: string): string => (slugSchema.safeParse(slug).success ? slug : '')

/** A person in a club that they may enter; null for all others, and for ids that are none. */
export async function findMember(slug: string, userId: string): Promise<ActiveMember | null> {
  if (!z.uuid().safeParse(userId).success) return null
  return db().membership.findFirst({
    where: { ...OPEN, userId, club: { slug: clubCalled(slug) }, user: { disabledAt: null, kind: 'user' } },
    select: { clubId: true, userId: true, roles: true },
  })
}

type InClub = { clubId: string; userId: string }

/** The roles of an active member as they are now; null where they are none any more. */
export async function liveRoles(
  tx: Transaction,
  { clubId, userId }: InClub,
): Promise<readonly Role[] | null> {
  const member = await tx.membership.findFirst({
    where: { clubId, userId, status: 'ACTIVE', user: { disabledAt: null } },
    select: { roles: true },
  })
  return member?.roles ?? null
}

/** The roles of a member, active or not. */
export async function rolesOf(tx: Transaction, { clubId, userId }: InClub): Promise<readonly Role[]> {
  const where = { clubId_userId: { clubId, userId } }
  return (await tx.membership.findUnique({ where, select: { roles: true } }))?.roles ?? []
}

/** Whether a member of a club, active or not, is a person or a service account; null: no member. */
export async function kindOf(tx: Transaction, { clubId, userId }: InClub): Promise<UserKind | null> {
  const member = await tx.membership.findUnique({
    where: { clubId_userId: { clubId, userId } },
    select: { user: { select: { kind: true } } },
  })
  return member?.user.kind ?? null
}

/**
 * Locks an active member until the commit: a demotion, a removal or their next key waits, and then sees what
 * was done here.
 * @returns null when the club has no such member
 */
export async function holdMember(
  tx: Transaction,
  { clubId, userId }: InClub,
): Promise<{ userId: string; kind: UserKind; roles: readonly Role[] } | null> {
  const [member] = await tx.$queryRaw<{ userId: string; kind: UserKind; roles: Role[] }[]>`
    SELECT m."userId", u."kind"::text AS "kind", m."roles"::text[] AS "roles" FROM "Membership" m JOIN "User" u ON u."id" = m."userId"
    WHERE m."clubId" = ${clubId}::uuid AND m."userId" = ${userId}::uuid AND m."status" = 'ACTIVE' AND u."disabledAt" IS NULL
    FOR NO KEY UPDATE OF m`
  return member ?? null
}

/** As `holdMember`, for many by user id; the result leaves out those who are no active members. */
export async function holdMembers(
  tx: Transaction,
  clubId: string,
  userIds: readonly string[],
): Promise<Map<string, { userId: string; kind: UserKind; roles: readonly Role[] }>> {
  const members = await tx.$queryRaw<{ userId: string; kind: UserKind; roles: Role[] }[]>`
    SELECT m."userId", u."kind"::text AS "kind", m."roles"::text[] AS "roles" FROM "Membership" m JOIN "User" u ON u."id" = m."userId"
    WHERE m."clubId" = ${clubId}::uuid AND m."userId" = ANY (${userIds}::uuid[]) AND m."status" = 'ACTIVE' AND u."disabledAt" IS NULL
    ORDER BY m."id" FOR NO KEY UPDATE OF m`
  return new Map(members.map((member) => [member.userId, member]))
}
