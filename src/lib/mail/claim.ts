import { db, type Transaction } from '../db/client'
import type { DueMail, MailOutcome } from './port'

/**
 * How long a mail belongs to the process that claimed it, in seconds: longer than an attempt may take. If the
 * process died, another one sends it then.
 */
export const LEASE_SECONDS = 180
/** How long a mail is tried, in days. */
const TRIED_DAYS = 3
/** Until the next attempt, in seconds: the last one again and again. */
const PAUSES = [5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 21_600]
/** The longest pause after a failure that is the server's and not the mail's. */
const SERVERS_PAUSE = 60

/** A mail that this process may send until its lease is over. */
export type ClaimedMail = DueMail & { claimedAt: Date; isTooOld: boolean }

/**
 * Claims the mails that are due first, at most so many; each goes to one process. Materialized: a plan that
 * asked once for each mail would claim as many each time.
 */
export async function claimMails(most: number): Promise<ClaimedMail[]> {
  if (most === 0) return []
  return db().$queryRaw`
  WITH due AS MATERIALIZED (SELECT "id" FROM "OutgoingMail" WHERE "endedAt" IS NULL AND "dueAt" <= now()
    ORDER BY "rank", "dueAt" LIMIT ${most} FOR UPDATE SKIP LOCKED)
  UPDATE "OutgoingMail" m SET "claimedAt" = now(), "attempts" = m."attempts" + 1,
    "dueAt" = now() + make_interval(secs => ${LEASE_SECONDS}::int)
  FROM due
  WHERE m."id" = due."id"
  RETURNING m."id", m."userId", m."kind", m."params", m."attempts"::int, m."mintedAt", m."at", m."claimedAt",
    m."at" < now() - make_interval(days => ${TRIED_DAYS}::int) AS "isTooOld"`
}

type Claim = Pick<ClaimedMail, 'id' | 'claimedAt'>

/** Only while it is still this process's: another one may have it by now, or another mail its place. */
const whileClaimed = ({ id, claimedAt }: Claim) => ({ id, claimedAt, endedAt: null })

/** Whether it is still to be sent by this process. */
export async function isStillClaimed(tx: Transaction, mail: Claim): Promise<boolean> {
  return (await tx.outgoingMail.count({ where: whileClaimed(mail) })) > 0
}

/** @returns whether it was this process's to end */
export async function recordEnd(
  tx: Transaction,
  mail: Claim,
  outcome: MailOutcome,
  trouble?: string,
): Promise<boolean> {
  const data = { endedAt: new Date(), outcome, ...(trouble && { trouble }) }
  return (await tx.outgoingMail.updateMany({ where: whileClaimed(mail), data })).count > 0
}

/**
 * Sets the next attempt.
 * @param trouble why this one failed
 * @param whose the pause grows with each attempt; while the server is away it stays short, so that everything
 *   goes out soon after its return
 */
export async function tryAgainLater(
  mail: Claim & { attempts: number },
  trouble: string,
  whose: 'mail' | 'server',
): Promise<void> {
  const pause = PAUSES[Math.min(mail.attempts, PAUSES.length) - 1] ?? SERVERS_PAUSE
  const seconds = whose === 'server' ? Math.min(pause, SERVERS_PAUSE) : pause
  // Not all at once, where many failed at once.
  const dueAt = new Date(Date.now() + seconds * 1000 * (0.9 + 0.2 * Math.random()))
  await db().outgoingMail.updateMany({ where: whileClaimed(mail), data: { dueAt, trouble } })
}
