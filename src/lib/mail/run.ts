import { settings } from '../settings'
import { workOff } from '../outbox/work'
import { finishFirst } from '../process/finish-first'
import { readBacklog } from './backlog'
import { claimMails, type ClaimedMail } from './claim'
import { mailsAreSent } from './configured'
import { sendClaimedMail } from './send-claimed-mail'
import { closeTransport, MAILS_AT_ONCE } from './transport'

/** How long a mail server that takes nothing is left alone, in milliseconds; doubled each time. */
const DOWN_MS = { first: 1_000, longest: 15_000 }

/**
 * Sends mails for as long as this process lives, beside others that do the same. Requests do not wait for it,
 * whatever the mail server does.
 * @returns stops it: mails under way are finished
 */
export function sendMailsFromNowOn(): () => Promise<void> {
  if (!mailsAreSent()) return () => Promise.resolve()
  const outage = new Outage()
  const end = workOff<ClaimedMail>({
    name: 'mails',
    most: MAILS_AT_ONCE,
    claim: async (free) => {
      if (settings().metricsToken) await readBacklog()
      return claimMails(outage.allows(free))
    },
    send: async (mail) => outage.note(await sendClaimedMail(mail)),
  })
  const stop = async () => {
    await end()
    closeTransport()
  }
  finishFirst(stop)
  return stop
}

/** While the mail server takes nothing, one mail after another asks for it, with pauses in between. */
class Outage {
  #failures = 0
  #until = -Infinity

  /** How many of so many mails may be tried now. */
  allows(free: number): number {
    if (this.#failures === 0) return free
    return performance.now() < this.#until ? 0 : Math.min(free, 1)
  }

  note(taken: boolean): void {
    this.#failures = taken ? 0 : this.#failures + 1
    const pauseMs = Math.min(DOWN_MS.first * 2 ** (this.#failures - 1), DOWN_MS.longest)
    this.#until = taken ? -Infinity : performance.now() + pauseMs
  }
}
