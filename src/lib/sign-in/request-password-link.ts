import { db } from '../db/client'
import { Refusal } from '../errors'
import { mailsAreSent, sendMail } from '../mail/send'
import { env } from '../env'
import { attemptLimiter, digest, tryToSpend } from './attempts'
import { networkOf } from '../limits/network'
import { logSignInTrouble } from './auth-log'
import { makeSetPasswordLink } from './set-password'

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
  if (tooMany === null) void mailLink(email).catch((error: unknown) => logSignInTrouble('NO_LINK', error))
}

async function mailLink(email: string): Promise<void> {
  const link = await db().$transaction(async (tx) => {
    const where = { email, kind: 'user', disabledAt: null } as const
    const user = await tx.user.findFirst({ where, select: { id: true } })
    return user && makeSetPasswordLink(tx, user.id, 'proving')
  })
  if (link !== null) await mailPasswordLink(email, link)
}

/** @returns whether the mail server took it */
export function mailPasswordLink(email: string, link: string): Promise<boolean> {
  const { host } = new URL(env().NEXTAUTH_URL)
  const text = `Somebody asked for a new password for your account on ${host}. This link sets it, once, within 24 hours:\n\n${link}\n\nIf that was not you, you need not do anything: your password stays as it is.\n`
  return sendMail({ to: email, subject: `A new password on ${host}`, text })
}
