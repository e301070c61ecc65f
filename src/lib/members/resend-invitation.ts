import type { InvitedMember } from '@/contracts/member'
import { appendAudit } from '../audit/append'
import { stated } from '../audit/changes'
import type { Actor } from '../auth/actor'
import { requireFresh } from '../auth/fresh'
import { db } from '../db/client'
import { conflict, forbidden } from '../errors'
import { lockMembership } from './change'
import { deliverInvitation, invitationLink } from './deliver-invitation'
import { showMember } from './member-view'
import { personOf } from './person'

/**
 * Sends a member the invitation again, for whom the first one did not reach, or who let it run out. Whoever
 * can sign in is told so and gets no link; older links are void. The answer tells as little as the first
 * one's.
 * @throws Refusal `forbidden`, `reauthentication_required`, `not_found`, `conflict` (has left the club)
 */
export async function resendInvitation(actor: Actor, { id }: { id: string }): Promise<InvitedMember> {
  if (!actor.ability.can('create', 'Membership')) throw forbidden('Only an admin of the club invites people.')
  requireFresh(actor)
  const { row, ...invitation } = await db().$transaction(async (tx) => {
    const row = await lockMembership(tx, actor, { id, kind: 'user' })
    if (row.status === 'REMOVED') throw conflict('This person has left the club. Invite them again.')
    const club = await tx.club.findUniqueOrThrow({ where: { id: actor.clubId }, select: { name: true } })
    const person = await personOf(tx, { email: row.user.email ?? '' })
    const link = await invitationLink(tx, actor, person)
    if (link?.vouched)
      await tx.membership.update({
        where: { clubId_id: { clubId: actor.clubId, id } },
        data: { vouched: true },
      })
    await appendAudit(tx, actor, {
      action: 'member.invite-again',
      targetType: 'Membership',
      targetId: id,
      changes: stated({ userId: row.user.id }),
    })
    return { row, person, link, club: club.name }
  })
  return { ...showMember(row), ...(await deliverInvitation(actor, invitation)) }
}
