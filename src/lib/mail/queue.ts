import type { Prisma, Transaction } from '../db/client'
import { wakeAfterCommit } from '../outbox/wake'
import { mailsAreSent } from './configured'
import { MAIL_KINDS, type MailKind, type MailParams } from './kinds'

type MailTo<Kind extends MailKind> = {
  kind: Kind
  userId: string
  params: MailParams<Kind>
  /** What makes it the same mail: it is queued once under that, whoever asks. */
  once?: string
}
export type NewMail = { [Kind in MailKind]: MailTo<Kind> }[MailKind]

/**
 * Queues mails in the transaction of the change that they tell of: they go out if it commits, and not
 * otherwise. Where no mail is sent (`SMTP_URL`), nothing is queued.
 */
export async function queueMail(tx: Transaction, ...mails: readonly NewMail[]): Promise<void> {
  if (!mailsAreSent() || mails.length === 0) return
  const data = mails.map(({ kind, userId, params, once }) => ({
    ...{ kind, userId, params: params as Prisma.InputJsonObject },
    once: once ?? null,
    rank: MAIL_KINDS[kind].rank,
  }))
  await tx.outgoingMail.createMany({ data, skipDuplicates: true })
  wakeAfterCommit(tx)
}

/**
 * Mails that still wait, and in whose place another one comes: they are not sent any more. One that is being
 * sent at this moment may still arrive, before the other one.
 */
export async function endWaitingMails(
  tx: Transaction,
  { kind, userId, clubId }: { kind: MailKind; userId: string; clubId?: string },
): Promise<void> {
  const about = clubId === undefined ? {} : { params: { path: ['clubId'], equals: clubId } }
  await tx.outgoingMail.updateMany({
    where: { kind, userId, endedAt: null, ...about },
    data: { endedAt: new Date(), outcome: 'replaced' },
  })
}
