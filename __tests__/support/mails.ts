import { noteEnd, writeMail } from '@/lib/letters/write-mail'
import { claimMails } from '@/lib/mail/claim'
import { writeMailsBy } from '@/lib/mail/port'
import { sendClaimedMail } from '@/lib/mail/send-claimed-mail'
import { closeTransport } from '@/lib/mail/transport'
import type { Delivered } from './smtp'

/** Has this process write the app's mails, and hangs up at the end. */
export function useMails(): void {
  beforeAll(() => writeMailsBy({ write: writeMail, ended: noteEnd }))
  afterAll(closeTransport)
}

/** Sends everything that is due, as the app's processes do. */
export async function sendMails(): Promise<void> {
  for (;;) {
    const mails = await claimMails(5)
    if (mails.length === 0) return
    await Promise.all(mails.map(sendClaimedMail))
  }
}

/** Quoted-printable (RFC 2045 §6.7) to text. */
const decoded = (part: string): string =>
  Buffer.from(
    part
      .replace(/=\r\n/g, '')
      .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  ).toString('utf8')

const HEAD_END = '\r\n\r\n'

/** A mail's headers, unfolded, by name in lower case; and its two parts. */
export function readMail({ message }: Pick<Delivered, 'message'>) {
  const [head = '', ...rest] = message.split(HEAD_END)
  const headers = new Map(
    head
      .replace(/\r\n[ \t]+/g, ' ')
      .split('\r\n')
      .map((line) => {
        const colon = line.indexOf(':')
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const
      }),
  )
  const boundary = /boundary="([^"]+)"/.exec(headers.get('content-type') ?? '')?.[1] ?? ''
  const parts = rest.join(HEAD_END).split(`--${boundary}`)
  const part = (type: string): string => {
    const found = parts.find((one) => one.includes(`Content-Type: ${type}`)) ?? ''
    const [partHead = '', ...body] = found.split(HEAD_END)
    const said = body.join(HEAD_END)
    const text = partHead.includes('base64') ? Buffer.from(said, 'base64').toString('utf8') : decoded(said)
    return text.replaceAll('\r\n', '\n')
  }
  return { head, headers, text: part('text/plain'), html: part('text/html') }
}

/** A subject as people read it (RFC 2047). */
export const subjectOf = (mail: Pick<Delivered, 'message'>): string =>
  (readMail(mail).headers.get('subject') ?? '')
    .replace(/\?= =\?/g, '?==?')
    .replace(/=\?UTF-8\?(Q|B)\?([^?]*)\?=/gi, (_, how: string, said: string) =>
      how.toUpperCase() === 'B'
        ? Buffer.from(said, 'base64').toString('utf8')
        : decoded(said.replaceAll('_', ' ')),
    )

/** Every address that a text leads to. */
export const linksIn = (text: string): string[] =>
  [...new Set(text.match(/https?:\/\/[^\s"<]+/g) ?? [])].sort()
