import type { Transaction } from '../db/client'
import { isMailKind, MAIL_KINDS, type MailKind, type MailParams } from '../mail/kinds'
import type { DueMail, MailOutcome, WrittenMail } from '../mail/port'
import { asHtml } from './as-html'
import { asText } from './as-text'
import { accountLetter, passwordLinkLetter } from './account-letters'
import { invitationLetter } from './invitation-letter'
import { keyLetter } from './key-letters'
import type { Draft } from './recipients'
import { honeyUsedLetter, leakedLetter, newAdminLetter, webhookDisabledLetter } from './security-letters'

type Write<Kind extends MailKind> = (
  tx: Transaction,
  mail: DueMail,
  params: MailParams<Kind>,
) => Promise<Draft | null>

const WRITERS: { [Kind in MailKind]: Write<Kind> } = {
  'password-link': passwordLinkLetter,
  'account-changed': accountLetter,
  invitation: invitationLetter,
  leaked: (tx, { userId }, params) => leakedLetter(tx, { userId, ...params }),
  'honey-used': (tx, { userId }, params) => honeyUsedLetter(tx, { userId, ...params }),
  'new-admin': (tx, { userId }, params) => newAdminLetter(tx, { userId, ...params }),
  'webhook-disabled': (tx, { userId }, params) => webhookDisabledLetter(tx, { userId, ...params }),
  expiring: (tx, { userId }, params) => keyLetter(tx, 'expiring', { userId, ...params }),
  expired: (tx, { userId }, params) => keyLetter(tx, 'expired', { userId, ...params }),
  unused: (tx, { userId }, params) => keyLetter(tx, 'unused', { userId, ...params }),
}

/**
 * Writes a mail as things are now.
 * @throws Error for a kind or params that this release does not know: another one may
 */
export async function writeMail(tx: Transaction, mail: DueMail): Promise<WrittenMail | null> {
  if (!isMailKind(mail.kind)) throw new Error(`no mail is known by the name ${JSON.stringify(mail.kind)}`)
  const draft = await draftOf(tx, mail, mail.kind)
  return draft && rendered(draft)
}

function draftOf<Kind extends MailKind>(tx: Transaction, mail: DueMail, kind: Kind): Promise<Draft | null> {
  const params = MAIL_KINDS[kind].params.parse(mail.params) as MailParams<Kind>
  return WRITERS[kind](tx, mail, params)
}

const rendered = ({ to, letter, oneClick }: Draft): WrittenMail => ({
  to,
  subject: letter.subject,
  text: asText(letter),
  html: asHtml(letter),
  unsubscribe: oneClick,
})

/** The members' page says what became of an invitation's mail. */
export async function noteEnd(
  tx: Transaction,
  { kind, userId, params }: DueMail,
  outcome: MailOutcome,
): Promise<void> {
  if (kind !== 'invitation' || outcome === 'unneeded') return
  const { clubId } = MAIL_KINDS.invitation.params.parse(params)
  const mail = outcome === 'sent' ? 'sent' : 'failed'
  await tx.invitation.updateMany({ where: { clubId, userId }, data: { mail } })
}
