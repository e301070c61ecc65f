/**
 * Why a mail did not go out. `refused`: it never will, the server or its address says so. `mail`: not now,
 * for a reason of its own. `server`: no mail goes out now, or nobody knows whether this one did.
 */
export type MailFailure = { is: 'refused' | 'mail' | 'server'; code: string }

/** What the mailer says of an error. */
type Thrown = { code?: string; command?: string; responseCode?: number; name?: string }

/** "Service not available, closing transmission channel" (RFC 5321 §4.2.3). */
const CLOSING = 421

/** What is refused there is the mail's; before that, it is how this installation introduces itself. */
const OF_THE_MAIL = new Set(['RCPT TO', 'DATA'])

/** Only an answer to the recipient or to the message is about this mail: all else would meet any other, too. */
export function failureOf(thrown: unknown): MailFailure {
  const { code = 'unknown', command = '', responseCode, name } = (thrown ?? {}) as Thrown
  if (responseCode === undefined) {
    // The mailer sends nothing to such an address.
    if (code === 'EENVELOPE' && command === 'API') return { is: 'refused', code }
    return { is: 'server', code: name === 'AbortError' ? 'ETIMEDOUT' : code }
  }
  const said = String(responseCode)
  if (responseCode === CLOSING || !OF_THE_MAIL.has(command)) return { is: 'server', code: said }
  return { is: responseCode >= 500 ? 'refused' : 'mail', code: said }
}
