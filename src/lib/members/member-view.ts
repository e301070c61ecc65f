import { MAIL_STATES, type Member } from '@/contracts/member'
import type { Actor } from '../actor'
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
  invitation: {
    select: {
      sentAt: true,
      expiresAt: true,
      mail: true,
      invitedBy: { select: { name: true, user: { select: { id: true, name: true } } } },
    },
  },
  visit: { select: { at: true } },
} satisfies Prisma.MembershipSelect

export type MemberRow = Prisma.MembershipGetPayload<{ select: typeof memberSelect }>

/** @param actor who looks: when somebody was last there is for those who manage members */
export function showMember(
  { name, user, invitation, visit, ...row }: MemberRow,
  { ability }: Pick<Actor, 'ability'>,
): Member {
  const person = { id: user.id, name: name ?? user.name, email: user.email ?? '' }
  return {
    id: row.id,
    user: person,
    roles: row.roles,
    status: row.status,
    joinedAt: row.joinedAt.toISOString(),
    lastSeenAt: ability.can('update', 'Membership') ? (visit?.at.toISOString() ?? null) : null,
    invitation: row.status === 'REMOVED' || !invitation ? null : showInvitation(invitation),
  }
}

const showInvitation = ({ sentAt, expiresAt, mail, invitedBy }: NonNullable<MemberRow['invitation']>) => ({
  sentAt: sentAt.toISOString(),
  expiresAt: expiresAt.toISOString(),
  mail: MAIL_STATES.find((known) => known === mail) ?? null,
  by: invitedBy && { id: invitedBy.user.id, name: invitedBy.name ?? invitedBy.user.name },
})
