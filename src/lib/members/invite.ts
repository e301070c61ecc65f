import type { InvitedMember, InviteMemberBody } from '@/contracts/member'
import { appendAudit } from '../audit/append'
import { stated } from '../audit/changes'
import type { Actor } from '../actor'
import { requireFresh } from '../auth/fresh'
import { requireStillValid } from '../auth/still-valid'
import { verifiedKeys } from '../auth/verified-keys'
import { storedRoles, type Transaction } from '../db/client'
import { conflict, forbidden } from '../errors'
import { changing } from '../idempotency/changing'
import {
  delivered,
  deliveredBefore,
  invitationLink,
  queueInvitation,
  type InvitationLink,
} from './deliver-invitation'
import { startInvitation } from './invitation'
import { memberSelect, showMember, type MemberRow } from './member-view'
import { personOf, type Person } from './person'

/**
 * Takes a person into the club. A person who is known by that address joins as they are; one who has left
 * comes back with the new roles and none of their old keys. The answer does not tell whether the address has
 * an account elsewhere: it shows the name given here, and a spent link where none is needed or this club may
 * not give one.
 * @throws Refusal `forbidden` (no admin), `reauthentication_required`, `conflict` (a member already)
 */
export async function inviteMember(actor: Actor, input: InviteMemberBody): Promise<InvitedMember> {
  if (!actor.ability.can('create', 'Membership')) throw forbidden('Only an admin of the club invites people.')
  requireFresh(actor)
  const invite = async (tx: Transaction) => {
    const person = await personOf(tx, input)
    await requireStillValid(tx, actor)
    const link = await invitationLink(tx, actor, person)
    const row = await join(tx, actor, person, input, link)
    return { row, link }
  }
  const answer = (invited: { row: MemberRow }) => ({
    ...showMember(invited.row, actor),
    ...deliveredBefore(),
  })
  const { row, link } = await changing(actor, invite, { answer })
  verifiedKeys().forget([row.user.id])
  return { ...showMember(row, actor), ...delivered(link) }
}

/** The person's row is locked: two invitations of one address follow one another. */
async function join(
  tx: Transaction,
  actor: Actor,
  { userId, email }: Person,
  input: InviteMemberBody,
  link: InvitationLink | null,
): Promise<MemberRow> {
  const clubId_userId = { clubId: actor.clubId, userId }
  const before = await tx.membership.findUnique({
    where: { clubId_userId },
    select: { name: true, roles: true, status: true },
  })
  if (before && before.status !== 'REMOVED')
    throw conflict('This person is a member already. Send them the invitation again instead.')
  const { roles, name = before ? before.name : email } = input
  const data = {
    name,
    roles: storedRoles(roles),
    status: 'ACTIVE',
    joinedAt: new Date(),
    ...(link?.vouched && { vouched: true }),
  } as const
  const { id } = before
    ? await tx.membership.update({ where: { clubId_userId }, data, select: { id: true } })
    : await tx.membership.create({ data: { ...clubId_userId, ...data }, select: { id: true } })
  await startInvitation(tx, actor, { userId, link: link?.address ?? null })
  await queueInvitation(tx, actor, userId)
  const changes = {
    ...stated({ userId }),
    roles: { from: before?.roles ?? null, to: roles },
    status: { from: before?.status ?? null, to: 'ACTIVE' },
  }
  await appendAudit(tx, actor, {
    action: 'member.invite',
    targetId: id,
    changes,
  })
  return tx.membership.findUniqueOrThrow({ where: { clubId_userId }, select: memberSelect })
}
