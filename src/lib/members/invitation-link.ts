import type { InvitedMember } from '@/contracts/member'
import type { Actor } from '../actor'
import { conflict } from '../errors'
import { linkInHand } from './deliver-invitation'
import { giveLink } from './give-link'
import { renewInvitation } from './invitation'
import { showMember } from './member-view'

/**
 * A new link for somebody who is invited, to hand over, also where mail is sent; older ones are void. For an
 * address that has a way in already it is one that does nothing: the answer tells as little as inviting does.
 * @throws Refusal `forbidden`, `reauthentication_required`, `not_found`, `conflict` (not invited any more)
 */
export async function makeInvitationLink(actor: Actor, { id }: { id: string }): Promise<InvitedMember> {
  const { row, link } = await giveLink(
    actor,
    { id, action: 'member.invitation-link' },
    async (tx, person) => {
      const made = await linkInHand(tx, actor, person)
      if (!(await renewInvitation(tx, actor, { userId: person.userId, link: made.address })))
        throw conflict('They have accepted the invitation, and need no link to it any more.')
      return made
    },
  )
  return { ...showMember(row, actor), mailed: false, setPasswordLink: link?.address ?? null }
}
