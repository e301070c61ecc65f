import type { Transaction } from '../db/client'
import type { MailParams } from '../mail/kinds'
import type { DueMail } from '../mail/port'
import { mailedLink } from '../sign-in/set-password'
import { action, aside, ownHost, ownLink, text } from './letter'
import { mailAddressOf, type Draft } from './recipients'

/** Why somebody gets mails about the account itself; they cannot be ended: whoever took it over would end them. */
const OF_ACCOUNT = () => `You get this because this address has an account on ${ownHost()}.`

/** A link that sets a new password. */
export async function passwordLinkLetter(tx: Transaction, mail: DueMail): Promise<Draft | null> {
  const to = await mailAddressOf(tx, mail.userId)
  const link = to === null ? null : await mailedLink(tx, mail)
  if (to === null || link === null) return null
  await noteMinting(tx, mail, link.mintedAt)
  const letter = {
    subject: `A new password on ${ownHost()}`,
    title: 'Choose a new password',
    body: [
      text(`Somebody asked for a new password for your account on ${ownHost()}.`),
      text('This link sets it, once, within 24 hours. Older links no longer work.'),
      action('Choose a password', ownLink(link.address)),
      aside('If that was not you, you need not do anything: your password stays as it is.'),
    ],
    reason: OF_ACCOUNT(),
  }
  return { to, letter }
}

/** From then on its link is the same at each attempt. */
export async function noteMinting(tx: Transaction, mail: DueMail, mintedAt: Date): Promise<void> {
  await tx.outgoingMail.updateMany({ where: { id: mail.id }, data: { mintedAt } })
}

/** Something was done to the ways into the account. */
export async function accountLetter(
  tx: Transaction,
  { userId }: DueMail,
  params: MailParams<'account-changed'>,
): Promise<Draft | null> {
  const to = await mailAddressOf(tx, userId)
  if (to === null) return null
  const letter = {
    subject: `Your account on ${ownHost()}`,
    title: TITLES[params.is],
    body: [
      text(SAID[params.is](params.provider ?? 'An account elsewhere')),
      text('If that was not you, choose another password at once; you see there what else gets in:'),
      action('Look at your account', ownLink('/account')),
      aside('If you cannot sign in any more, ask for a new password:', ownLink('/forgot-password')),
    ],
    reason: OF_ACCOUNT(),
  }
  return { to, letter }
}

type Change = MailParams<'account-changed'>['is']

const TITLES: Record<Change, string> = {
  linked: 'Another way into your account',
  unlinked: 'One way less into your account',
  'password-changed': 'Your password was changed',
  'password-set': 'A new password was set',
}

const SAID: Record<Change, (provider: string) => string> = {
  linked: (provider) => `${provider} was linked to your account: a sign-in there gets in here.`,
  unlinked: (provider) => `${provider} was unlinked from your account. It no longer gets anybody in.`,
  'password-changed': () => 'The password of your account was changed.',
  'password-set': () => 'A new password was set for your account by a link.',
}
