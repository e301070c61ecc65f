import type { InvitedMember } from '@/contracts/member'
import { appendAudit } from '../audit/append'
import { stated } from '../audit/changes'
import type { Actor } from '../actor'
import { requireFresh } from '../auth/fresh'
import type { Transaction } from '../db/client'
import { conflict, forbidden, notFound } from '../errors'
import { changing } from '../idempotency/changing'
import { accessible } from '../permissions/ability'
import { lockMembership } from './change'
import { deliverInvitation, invitationLink, UNDELIVERED } from './deliver-invitation'
import { showMember, type MemberRow } from './member-view'
import { personOf } from './person'

/**
 * Sends a member the invitation again, if the first one did not arrive or ran out. A person who can sign in
 * is told so and gets no link; older links become void. The answer tells as little as the first one's.
 * @throws Refusal `forbidden`, `reauthentication_required`, `not_found`, `conflict` (has left the club)
 */
export async function resendInvitation(actor: Actor, { id }: { id: string }): Promise<InvitedMember> {
  if (!actor.ability.can('create', 'Membership')) throw forbidden('Only an admin of the club invites people.')
  requireFresh(actor)
  const resend = async (tx: Transaction) => {
    // The person before their membership, as inviting takes them.
    const person = await personOf(tx, { email: await emailOf(tx, actor, id) })
    const row = await lockMembership(tx, actor, { id, kind: 'user' })
    if (row.status === 'REMOVED') throw conflict('This person has left the club. Invite them again.')
    const club = await tx.club.findUniqueOrThrow({ where: { id: actor.clubId }, select: { name: true } })
    const link = await invitationLink(tx, actor, person)
    if (link?.vouched)
      await tx.membership.update({
        where: { clubId_id: { clubId: actor.clubId, id } },
        data: { vouched: true },
      })
    await appendAudit(tx, actor, {
      action: 'member.invite-again',
      targetId: id,
      changes: stated({ userId: row.user.id }),
    })
    return { row, person, link, club: club.name }
  }
  const answer = (sent: { row: MemberRow }) => ({ ...showMember(sent.row), ...UNDELIVERED })
  const { row, ...invitation } = await changing(actor, resend, { answer })
  return { ...showMember(row), ...(await deliverInvitation(actor, invitation)) }
}

async function emailOf(tx: Transaction, actor: Actor, id: string): Promise<string> {
  const row = await tx.membership.findFirst({
    where: { AND: [accessible(actor, 'update', 'Membership'), { user: { kind: 'user' } }, { id }] },
    select: { user: { select: { email: true } } },
  })
  if (!row?.user.email) throw notFound()
  return row.user.email
}
