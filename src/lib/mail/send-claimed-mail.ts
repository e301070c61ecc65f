import { setTimeout as sleep } from 'node:timers/promises'
import { db } from '../db/client'
import { log } from '../log'
import { LogGate } from '../log-gate'
import { counter } from '../metrics'
import { isStillClaimed, LEASE_SECONDS, recordEnd, tryAgainLater, type ClaimedMail } from './claim'
import { failureOf } from './failure'
import { mailWriter, type MailOutcome, type WrittenMail } from './port'
import { deliverMail } from './transport'

const counted = counter('clubkeys_mails_total', 'Mails, by what became of an attempt.', 'result', [
  ...(['sent', 'refused', 'gave-up', 'unneeded'] satisfies MailOutcome[]),
  'failed',
])
const gate = new LogGate()

/**
 * Sends one mail, and writes what became of it.
 * @returns false when the mail server takes none, for a reason that would meet any other mail, too
 */
export async function sendClaimedMail(mail: ClaimedMail): Promise<boolean> {
  if (mail.isTooOld) return end(mail, 'gave-up')
  const written = await write(mail)
  if (written === 'failed') return true
  if (written === null) return end(mail, 'unneeded')
  try {
    await deliverMail(mail.id, written)
  } catch (error) {
    return afterFailure(mail, error)
  }
  await endSurely(mail)
  return true
}

/** A mail that cannot be written, by a fault or because another release knows its kind, holds up no other. */
async function write(mail: ClaimedMail): Promise<WrittenMail | null | 'failed'> {
  try {
    return await db().$transaction(async (tx) =>
      (await isStillClaimed(tx, mail)) ? mailWriter().write(tx, mail) : null,
    )
  } catch (error) {
    counted('failed').count++
    const { id, kind } = mail
    gate.pass('unwritten', (leftOut) =>
      log.error({ err: error, id, kind, leftOut }, 'a mail could not be written'),
    )
    await tryAgainLater(mail, 'unwritten', 'mail')
    return 'failed'
  }
}

async function afterFailure(mail: ClaimedMail, error: unknown): Promise<boolean> {
  const { is, code } = failureOf(error)
  const { id, kind, attempts } = mail
  // No word of the server's, which may repeat the address.
  gate.pass(is, (leftOut) => log.warn({ id, kind, code, attempts, leftOut }, SAID[is]))
  if (is === 'refused') return end(mail, 'refused', code)
  counted('failed').count++
  await tryAgainLater(mail, code, is)
  return is === 'mail'
}

const SAID = {
  refused: 'the mail server refused a mail for good',
  mail: 'the mail server did not take a mail now; it is tried again',
  server: 'the mail server takes no mail; everything is tried again',
}

async function end(mail: ClaimedMail, outcome: MailOutcome, trouble?: string): Promise<true> {
  const ended = await db().$transaction(async (tx) => {
    if (!(await recordEnd(tx, mail, outcome, trouble))) return false
    await mailWriter().ended(tx, mail, outcome)
    return true
  })
  if (ended) counted(outcome).count++
  return true
}

/** It is out: while that is not on record, another process would send it again. */
async function endSurely(mail: ClaimedMail): Promise<void> {
  const until = Date.now() + (LEASE_SECONDS * 1000) / 2
  for (let pauseMs = 100; ; pauseMs = Math.min(pauseMs * 2, 5_000))
    try {
      return void (await end(mail, 'sent'))
    } catch (error) {
      if (Date.now() > until) throw error
      await sleep(pauseMs)
    }
}
