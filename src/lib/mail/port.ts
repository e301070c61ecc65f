import type { Transaction } from '../db/client'

/** A mail that this process has claimed. */
export type DueMail = {
  id: string
  userId: string
  kind: string
  params: unknown
  attempts: number
  /** When its link was made at an earlier attempt. */
  mintedAt: Date | null
  at: Date
}

/** A mail as it goes out. The text part says the same as the HTML part. */
export type WrittenMail = {
  to: string
  subject: string
  text: string
  html: string
  /** Where one click ends this kind of mail (RFC 8058); absent: it cannot be ended. */
  unsubscribe?: string | undefined
}

export type MailOutcome = 'sent' | 'refused' | 'gave-up' | 'unneeded'

/** The app says what mails say, and who still needs one. */
export type MailWriter = {
  /**
   * In a transaction: links with secrets are made here.
   * @returns null when nobody needs it any more
   */
  write: (tx: Transaction, mail: DueMail) => Promise<WrittenMail | null>
  /** In the transaction that records how it ended. */
  ended: (tx: Transaction, mail: DueMail, outcome: MailOutcome) => Promise<void>
}

/** On `globalThis`: the framework loads modules more than once. */
const shared = globalThis as typeof globalThis & { clubkeysMailWriter?: MailWriter }

export const writeMailsBy = (writer: MailWriter): void => void (shared.clubkeysMailWriter = writer)

/** @throws Error until the app has said who writes them */
export function mailWriter(): MailWriter {
  if (!shared.clubkeysMailWriter) throw new Error('nobody writes mails: import src/club-app.ts first')
  return shared.clubkeysMailWriter
}
