import type { Member } from '@/contracts/member'
import type { Prisma } from '../db/client'

/** Service accounts belong to a club, too, but are not people: nothing here reads or changes them. */
export const PERSON = { user: { kind: 'user' } } as const satisfies Prisma.MembershipWhereInput

/** The other half of the club's memberships, which are no people. */
export const SERVICE = { user: { kind: 'service' } } as const satisfies Prisma.MembershipWhereInput

export const memberSelect = {
  id: true,
  name: true,
  roles: true,
  status: true,
  joinedAt: true,
  user: { select: { id: true, name: true, email: true } },
} satisfies Prisma.MembershipSelect

export type MemberRow = Prisma.MembershipGetPayload<{ select: typeof memberSelect }>

export function showMember({ name, user, ...row }: MemberRow): Member {
  const person = { id: user.id, name: name ?? user.name, email: user.email ?? '' }
  return {
    id: row.id,
    user: person,
    roles: row.roles,
    status: row.status,
    joinedAt: row.joinedAt.toISOString(),
  }
}
