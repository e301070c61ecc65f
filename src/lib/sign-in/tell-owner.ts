import type { Transaction } from '../db/client'
import type { MailParams } from '../mail/kinds'
import { queueMail } from '../mail/queue'

/**
 * Tells people by mail what was done to the ways into their account (OWASP ASVS 6.3.7), so that they hear of
 * it if somebody else did it. It goes out if the change commits; without a mail server nothing does.
 */
export const tellOwner = (
  tx: Transaction,
  userId: string,
  params: MailParams<'account-changed'>,
): Promise<void> => queueMail(tx, { kind: 'account-changed', userId, params })
