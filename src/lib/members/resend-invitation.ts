import type { InvitedMember } from '@/contracts/member'
import type { Actor } from '../actor'
import { mailsAreSent } from '../mail/configured'
import { delivered, invitationLink, queueInvitation } from './deliver-invitation'
import { giveLink } from './give-link'
import { renewInvitation } from './invitation'
import { showMember } from './member-view'

/**
 * Sends a member the invitation again, if the first one did not arrive or ran out. A person who can sign in
 * is told so and gets no link; older links become void, where mail is sent when the new one goes out. The
 * answer tells as little as the first one's.
 * @throws Refusal `forbidden`, `reauthentication_required`, `not_found`, `conflict` (has left the club)
 */
export async function resendInvitation(actor: Actor, { id }: { id: string }): Promise<InvitedMember> {
  const { row, link } = await giveLink(actor, { id, action: 'member.invite-again' }, async (tx, person) => {
    const link = await invitationLink(tx, actor, person)
    // The link of before works until the mail with another one goes out: withdrawing has to find it.
    if (mailsAreSent()) await queueInvitation(tx, actor, person.userId)
    else await renewInvitation(tx, actor, { userId: person.userId, link: link?.address ?? null })
    return link
  })
  return { ...showMember(row, actor), ...delivered(link) }
}
