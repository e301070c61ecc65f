import { createTransport } from 'nodemailer'
import { env } from '../env'
import { log } from '../log'

/** How long a mail server may take to answer, in milliseconds: somebody waits for the page. */
const PATIENCE_MS = 10_000

export type Mail = { to: string; subject: string; text: string }

/** Whether this installation sends mail (`SMTP_URL`). */
export const mailsAreSent = (): boolean => env().SMTP_URL !== undefined

/**
 * Sends one plain-text mail.
 * @returns false when the mail server did not take it; the reason is logged, without the mail
 */
export async function sendMail({ to, subject, text }: Mail): Promise<boolean> {
  const { SMTP_URL, MAIL_FROM } = env()
  if (!SMTP_URL) return false
  const timeouts = {
    connectionTimeout: PATIENCE_MS,
    greetingTimeout: PATIENCE_MS,
    socketTimeout: PATIENCE_MS,
  }
  const transport = createTransport({
    url: SMTP_URL,
    ...timeouts,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  try {
    // An address in an object is taken literally; a string would be parsed, and could name two.
    await transport.sendMail({ from: MAIL_FROM, to: { name: '', address: to }, subject, text })
    return true
  } catch (error) {
    const { code, responseCode, message } = error as { code?: string; responseCode?: number; message: string }
    // A mail server's message may repeat the address; our own errors do not.
    log.error(
      { code, responseCode, ...(responseCode === undefined && { reason: message }) },
      'a mail could not be sent',
    )
    return false
  } finally {
    transport.close()
  }
}
