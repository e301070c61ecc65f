import { createTransport } from 'nodemailer'
import { env } from '../env'
import type { WrittenMail } from './port'

/** How many mails a process sends at once, each over a connection of its own. */
export const MAILS_AT_ONCE = 3
/** How long the server may be silent, in milliseconds. */
const SILENCE_MS = 10_000
/** How long an attempt may take in all, in milliseconds: a server could go on saying a little for ever. */
const ATTEMPT_MS = 60_000
/** How long an idle connection is kept, in milliseconds. */
const IDLE_MS = 30_000

function openTransport() {
  return createTransport({
    ...{ url: env().SMTP_URL, pool: true as const, maxConnections: MAILS_AT_ONCE, idleTimeout: IDLE_MS },
    // It would try again by itself; when and how often is said in one place.
    maxRequeues: 0,
    ...{ connectionTimeout: SILENCE_MS, greetingTimeout: SILENCE_MS, socketTimeout: SILENCE_MS },
  })
}

/** On `globalThis`: the framework loads modules more than once. */
const shared = globalThis as typeof globalThis & {
  clubkeysMailTransport?: ReturnType<typeof openTransport> | undefined
}

const transport = () => (shared.clubkeysMailTransport ??= openTransport())

/**
 * Hands one mail to the mail server.
 * @param id its `Message-ID` is the same at each attempt: a mailbox shows a second copy once
 * @throws what `failureOf` reads
 */
export async function deliverMail(
  id: string,
  { to, subject, text, html, unsubscribe }: WrittenMail,
): Promise<void> {
  const { hostname } = new URL(env().NEXTAUTH_URL)
  await transport().sendMail({
    from: env().MAIL_FROM,
    // An address in an object is taken literally; a string would be parsed, and could name two.
    to: { name: '', address: to },
    messageId: `<${id}@${hostname}>`,
    ...{ subject, text, html },
    headers: {
      // No answer of a holiday responder (RFC 3834).
      'Auto-Submitted': 'auto-generated',
      ...(unsubscribe && { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }),
    },
    ...(unsubscribe && { list: { unsubscribe } }),
    ...{ disableFileAccess: true, disableUrlAccess: true },
    signal: AbortSignal.timeout(ATTEMPT_MS),
  })
}

/** Hangs up; the next mail connects anew. */
export function closeTransport(): void {
  shared.clubkeysMailTransport?.close()
  shared.clubkeysMailTransport = undefined
}
