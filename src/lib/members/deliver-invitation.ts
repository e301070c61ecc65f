import type { InvitedMember } from '@/contracts/member'
import type { Actor } from '../actor'
import { makeSetPasswordLink, spentSetPasswordLink } from '../sign-in/set-password'
import { requireStillValid } from '../auth/still-valid'
import { db, type Transaction } from '../db/client'
import { mailsAreSent } from '../mail/send'
import { replaceLink } from './invitation'
import { mailInvitation } from './mail-invitation'
import { isOursAlone, type Person } from './person'

export type InvitationLink = { address: string; vouched: boolean }

/**
 * A link that comes by mail or from the operator proves the address; one from an admin's hand counts only in
 * their club. null: a mail to somebody who can sign in already.
 */
export async function invitationLink(
  tx: Transaction,
  actor: Actor,
  person: Person,
): Promise<InvitationLink | null> {
  if (!mailsAreSent() && actor.via.kind !== 'operator') return linkInHand(tx, actor, person)
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

type Invitation = { person: Person; club: string; link: InvitationLink | null }
type Delivered = Pick<InvitedMember, 'mailed' | 'setPasswordLink'>

/** Before anything went out. */
export const UNDELIVERED: Delivered = { mailed: false, setPasswordLink: null }

/**
 * Mails the invitation. If no mail is sent at all, or the mail server did not take this one, the link goes to
 * the person who invites.
 */
export async function deliverInvitation(
  actor: Actor,
  { person, club, link }: Invitation,
): Promise<Delivered> {
  const address = link?.address ?? null
  if (!mailsAreSent()) return { mailed: false, setPasswordLink: address }
  if (await mailInvitation({ to: person.email, club, link: address }))
    return { mailed: true, setPasswordLink: null }
  // The link that was to be mailed would prove the address: no admin may have that one.
  const isOperator = actor.via.kind === 'operator'
  return { mailed: false, setPasswordLink: isOperator ? address : await handOver(actor, person) }
}

async function handOver(actor: Actor, person: Person): Promise<string> {
  return db().$transaction(async (tx) => {
    // The person before their membership, as inviting takes them.
    await tx.$queryRaw`SELECT 1 FROM "User" WHERE "id" = ${person.userId}::uuid FOR NO KEY UPDATE`
    // The mail server may have taken long to refuse: a caller who has lost the right meanwhile gets no link.
    await requireStillValid(tx, actor)
    const { address, vouched } = await linkInHand(tx, actor, person)
    await replaceLink(tx, actor, { userId: person.userId, link: address })
    const clubId_userId = { clubId: actor.clubId, userId: person.userId }
    if (vouched) await tx.membership.update({ where: { clubId_userId }, data: { vouched } })
    return address
  })
}
