import type { InvitedMember } from '@/contracts/member'
import type { Actor } from '../actor'
import { deliverInvitation, invitationLink } from './deliver-invitation'
import { giveLink } from './give-link'
import { renewInvitation } from './invitation'
import { showMember } from './member-view'

/**
 * Sends a member the invitation again, if the first one did not arrive or ran out. A person who can sign in
 * is told so and gets no link; older links become void. The answer tells as little as the first one's.
 * @throws Refusal `forbidden`, `reauthentication_required`, `not_found`, `conflict` (has left the club)
 */
export async function resendInvitation(actor: Actor, { id }: { id: string }): Promise<InvitedMember> {
  const { row, ...invitation } = await giveLink(
    actor,
    { id, action: 'member.invite-again' },
    async (tx, person) => {
      const link = await invitationLink(tx, actor, person)
      await renewInvitation(tx, actor, { userId: person.userId, link: link?.address ?? null })
      return link
    },
  )
  return { ...showMember(row, actor), ...(await deliverInvitation(actor, invitation)) }
}
