import type { InvitedMember } from '@/contracts/member'
import type { Actor } from '../actor'
import { makeSetPasswordLink, spentSetPasswordLink } from '../sign-in/set-password'
import type { Transaction } from '../db/client'
import { mailsAreSent } from '../mail/configured'
import { endWaitingMails, queueMail } from '../mail/queue'
import { isOursAlone, type Person } from './person'

export type InvitationLink = { address: string; vouched: boolean }

/**
 * A link that comes by mail or from the operator proves the address; one from an admin's hand counts only in
 * their club. null: a mail brings it when it is sent, or the operator invites somebody who can sign in
 * already.
 */
export async function invitationLink(
  tx: Transaction,
  actor: Actor,
  person: Person,
): Promise<InvitationLink | null> {
  if (mailsAreSent()) return null
  if (actor.via.kind !== 'operator') return linkInHand(tx, actor, person)
  if (person.canSignIn) return null
  return { address: await makeSetPasswordLink(tx, person.userId, 'proving'), vouched: false }
}

/** It looks the same whether or not the address has an account elsewhere. */
export async function linkInHand(
  tx: Transaction,
  { clubId }: Actor,
  { userId }: Person,
): Promise<InvitationLink> {
  if (!(await isOursAlone(tx, clubId, userId))) return { address: spentSetPasswordLink(), vouched: false }
  return { address: await makeSetPasswordLink(tx, userId, 'handed'), vouched: true }
}

type Delivered = Pick<InvitedMember, 'mailed' | 'setPasswordLink'>

/** Mailed, where mail is sent; otherwise the link goes to the person who invites. */
export const delivered = (link: InvitationLink | null): Delivered =>
  mailsAreSent()
    ? { mailed: true, setPasswordLink: null }
    : { mailed: false, setPasswordLink: link?.address ?? null }

/** The same as a repeated request gets it: a link is shown once. */
export const deliveredBefore = (): Delivered => ({ mailed: mailsAreSent(), setPasswordLink: null })

/**
 * Queues the mail of an invitation, where mail is sent; one that still waits is not sent beside it. Its link
 * is made when it is sent.
 */
export async function queueInvitation(tx: Transaction, { clubId }: Actor, userId: string): Promise<void> {
  if (!mailsAreSent()) return
  await endWaitingMails(tx, { kind: 'invitation', userId, clubId })
  await queueMail(tx, { kind: 'invitation', userId, params: { clubId } })
  await tx.invitation.updateMany({ where: { clubId, userId }, data: { mail: 'waiting' } })
}
