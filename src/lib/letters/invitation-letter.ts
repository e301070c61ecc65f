import { apart } from '@/contracts/unseen'
import type { Transaction } from '../db/client'
import type { MailParams } from '../mail/kinds'
import type { DueMail } from '../mail/port'
import { noteMailedLink } from '../members/invitation'
import { personOf } from '../members/person'
import { mailedLink } from '../sign-in/set-password'
import { noteMinting } from './account-letters'
import { action, aside, ownHost, ownLink, text, type Block, type OwnLink } from './letter'
import { mailAddressOf, type Draft } from './recipients'

/**
 * An invitation, with a link to choose a password for those who have no way in yet. Nothing goes out to
 * somebody whose invitation was withdrawn meanwhile.
 */
export async function invitationLetter(
  tx: Transaction,
  mail: DueMail,
  { clubId }: MailParams<'invitation'>,
): Promise<Draft | null> {
  const to = await mailAddressOf(tx, mail.userId)
  if (to === null) return null
  // The person before their membership, as inviting takes them. Whoever withdraws waits, and then finds the
  // link that is made here.
  const { canSignIn } = await personOf(tx, { email: to })
  await tx.$queryRaw`SELECT 1 FROM "Membership" WHERE "clubId" = ${clubId}::uuid AND "userId" = ${mail.userId}::uuid FOR NO KEY UPDATE`
  const member = await tx.membership.findFirst({
    where: { clubId, userId: mail.userId, status: { not: 'REMOVED' } },
    select: { club: { select: { name: true, slug: true } } },
  })
  if (!member) return null
  const link = canSignIn ? null : await newLink(tx, mail)
  await noteMailedLink(tx, { clubId, userId: mail.userId }, link)
  const name = apart(member.club.name)
  const letter = {
    subject: `${name}: you have been added`,
    title: `You have been added to ${name}`,
    body: [
      text(`You have been added to ${name} on ${ownHost()}.`),
      ...(link === null ? howToSignIn() : howToChoose(link)),
      aside('If you did not expect this, you need not do anything.'),
    ],
    reason: `You get this because somebody who runs ${name} gave this address.`,
  }
  return { to, letter }
}

/** Where the link of an earlier attempt is void since, they get another one: they still have to come in. */
async function newLink(tx: Transaction, mail: DueMail): Promise<OwnLink> {
  const link = (await mailedLink(tx, mail)) ?? (await mailedLink(tx, { ...mail, mintedAt: null }))
  if (!link) throw new Error('a new link is never void')
  await noteMinting(tx, mail, link.mintedAt)
  return ownLink(link.address)
}

const howToSignIn = (): Block[] => [
  text('Sign in with this address to get there:'),
  action('Sign in', ownLink('/sign-in')),
  aside('Forgot your password?', ownLink('/forgot-password')),
]

const howToChoose = (link: OwnLink): Block[] => [
  text('Choose a password to get in. The link works once, within 24 hours:'),
  action('Choose a password', link),
]
