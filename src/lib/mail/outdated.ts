import type { Transaction } from '../db/client'

/** Mails that ended stay for 30 days: somebody may ask whether one went out. */
export const outdatedMails = {
  OutgoingMail: (tx: Transaction, most: number) => tx.$executeRaw`
    DELETE FROM "OutgoingMail" WHERE ctid = ANY (ARRAY(SELECT ctid FROM "OutgoingMail"
      WHERE "endedAt" < now() - interval '30 days' LIMIT ${most} FOR UPDATE SKIP LOCKED))`,
}
