import type { Actor } from '../actor'
import type { Transaction } from '../db/client'
import { LINK_LIFE_MS, linkDigest, voidSetPasswordLink } from '../sign-in/set-password'

type Sent = { userId: string; /** The link's address; null: none went out. */ link: string | null }

const termsOf = (link: string | null) => ({
  sentAt: new Date(),
  expiresAt: new Date(Date.now() + LINK_LIFE_MS),
  link: link && linkDigest(link),
})

/** The mail with its link goes out now. */
export async function noteMailedLink(
  tx: Transaction,
  invited: { clubId: string; userId: string },
  link: string | null,
): Promise<void> {
  await tx.invitation.updateMany({ where: invited, data: termsOf(link) })
}

/** From now on this member is invited, and has not been there yet. */
export async function startInvitation(tx: Transaction, actor: Actor, { userId, link }: Sent): Promise<void> {
  const { clubId } = actor
  const data = {
    ...termsOf(link),
    mail: null,
    invitedById: actor.via.kind === 'operator' ? null : actor.userId,
  }
  await tx.invitation.upsert({
    where: { clubId_userId: { clubId, userId } },
    create: { clubId, userId, ...data },
    update: data,
  })
  await tx.memberVisit.deleteMany({ where: { clubId, userId } })
}

/**
 * The invitation is sent anew, with another link. Of somebody who has been there already, nothing is kept.
 * @returns whether they are still invited
 */
export async function renewInvitation(
  tx: Transaction,
  { clubId }: Actor,
  { userId, link }: Sent,
): Promise<boolean> {
  const { count } = await tx.invitation.updateMany({ where: { clubId, userId }, data: termsOf(link) })
  return count > 0
}

/** Ends the invitation, and the link that came with it at once. */
export async function endInvitation(tx: Transaction, clubId: string, userId: string): Promise<void> {
  const found = await tx.invitation.findUnique({
    where: { clubId_userId: { clubId, userId } },
    select: { link: true },
  })
  if (!found) return
  if (found.link !== null) await voidSetPasswordLink(tx, found.link)
  await tx.invitation.deleteMany({ where: { clubId, userId } })
}
