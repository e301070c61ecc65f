import type { InvitedMember } from '@/contracts/member'
import type { Actor } from '../actor'
import type { Transaction } from '../db/client'
import { mailsAreSent } from '../mail/configured'
import { queuePasswordLink } from '../sign-in/request-password-link'
import { makeSetPasswordLink, spentSetPasswordLink } from '../sign-in/set-password'
import { delivered, type InvitationLink } from './deliver-invitation'
import { giveLink } from './give-link'
import { showMember } from './member-view'
import { isOursToHelp, type Person } from './person'

/**
 * A link that sets a new password, for a member who forgot theirs: mailed to them, or, where no mail is sent,
 * for the admin to hand over. An admin could use it themselves, so the account is then trusted by this club
 * alone, and the link of somebody who is known elsewhere does nothing. The answer does not tell which.
 * @throws Refusal `forbidden`, `reauthentication_required`, `not_found`, `conflict` (has left the club)
 */
export async function givePasswordLink(actor: Actor, { id }: { id: string }): Promise<InvitedMember> {
  const action = 'member.password-link'
  const { row, link } = await giveLink(actor, { id, action }, (tx, person) =>
    mailsAreSent() ? linkByMail(tx, person) : linkToHandOver(tx, actor, person),
  )
  return { ...showMember(row, actor), ...delivered(link) }
}

async function linkByMail(tx: Transaction, { userId }: Person): Promise<null> {
  await queuePasswordLink(tx, userId)
  return null
}

async function linkToHandOver(
  tx: Transaction,
  { clubId }: Actor,
  { userId }: Person,
): Promise<InvitationLink> {
  if (!(await isOursToHelp(tx, clubId, userId))) return { address: spentSetPasswordLink(), vouched: false }
  return { address: await makeSetPasswordLink(tx, userId, 'handed'), vouched: true }
}
