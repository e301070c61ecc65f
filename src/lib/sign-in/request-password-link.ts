import { db, type Transaction } from '../db/client'
import { Refusal } from '../errors'
import { mailsAreSent } from '../mail/configured'
import { endWaitingMails, queueMail } from '../mail/queue'
import { attemptLimiter, digest, tryToSpend } from './attempts'
import { networkOf } from '../limits/network'
import { logSignInTrouble } from './auth-log'

type Asked = { email: string; address: string | null }

/**
 * Mails a link that sets a new password, if anybody has that email address. If nobody has, the answer is the
 * same and takes as long. A network address may ask ten times in 15 minutes; an email address gets at most
 * three mails an hour.
 * @throws Refusal `not_found` (no mail goes out here), `forbidden` (asked too often)
 */
export async function requestPasswordLink({ email, address }: Asked): Promise<void> {
  if (!mailsAreSent()) throw new Refusal('not_found', 'This installation sends no mail.')
  const from = digest(networkOf(address ?? 'unknown'))
  const waits = await tryToSpend([{ limiter: attemptLimiter('link address', 10), key: from }])
  if (waits !== null)
    throw new Refusal('forbidden', 'Too many links were asked for. Wait 15 minutes, then try again.')
  const tooMany = await tryToSpend([{ limiter: attemptLimiter('link account', 3, 3600), key: digest(email) }])
  // Not awaited: the time it takes would tell whether somebody has the address.
  if (tooMany === null) void queueLink(email).catch((error: unknown) => logSignInTrouble('NO_LINK', error))
}

async function queueLink(email: string): Promise<void> {
  await db().$transaction(async (tx) => {
    const where = { email, kind: 'user', disabledAt: null } as const
    const user = await tx.user.findFirst({ where, select: { id: true } })
    if (user) await queuePasswordLink(tx, user.id)
  })
}

/** A mail with a link that sets a new password. The link is made when the mail is sent; older ones end then. */
export async function queuePasswordLink(tx: Transaction, userId: string): Promise<void> {
  await endWaitingMails(tx, { kind: 'password-link', userId })
  await queueMail(tx, { kind: 'password-link', userId, params: {} })
}
