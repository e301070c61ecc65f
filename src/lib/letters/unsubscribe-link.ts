import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { id } from '@/contracts/text'
import { env } from '../env'
import { ownLink, type OwnLink } from './letter'
import { KINDS_TO_END, type KindToEnd } from '../mail/kinds'

/** What a link ends: one kind of mail, from one club, to one person. */
export type Ending = { clubId: string; userId: string; kind: KindToEnd }

/** Where programs post to; people get a page (docs/mail.md). */
const API = '/api/unsubscribe'

/**
 * Links that need no sign-in: whoever has the mail may end mails like it, and do nothing else. They have no
 * end, as mails lie about for years; only replacing the secret twice ends them.
 * @returns `oneClick`: for mail programs (RFC 8058); `page`: for people
 */
export function unsubscribeLink(ending: Ending): { oneClick: OwnLink; page: OwnLink } {
  const t = `${ending.kind}.${ending.clubId}.${ending.userId}.${signature(ending, env().NEXTAUTH_SECRET ?? '')}`
  return { oneClick: ownLink(`${API}?t=${t}`), page: ownLink(`/unsubscribe?t=${t}`) }
}

/** What a link ends; null for one that this installation did not sign. Asks no database. */
export function readUnsubscribeLink(t: string): Ending | null {
  const [kind = '', clubId = '', userId = '', signed = '', ...rest] = t.split('.')
  if (rest.length > 0 || !Object.hasOwn(KINDS_TO_END, kind)) return null
  if (!id.safeParse(clubId).success || !id.safeParse(userId).success) return null
  const ending = { kind: kind as KindToEnd, clubId, userId }
  const { NEXTAUTH_SECRET, NEXTAUTH_SECRET_PREVIOUS } = env()
  const secrets = [NEXTAUTH_SECRET, NEXTAUTH_SECRET_PREVIOUS].filter((secret) => secret !== undefined)
  return secrets.some((secret) => isSame(signature(ending, secret), signed)) ? ending : null
}

function signature({ clubId, userId, kind }: Ending, secret: string): string {
  const key = hkdfSync('sha256', secret, '', 'clubkeys: ends of mails', 32)
  return createHmac('sha256', Buffer.from(key)).update(`${kind} ${clubId} ${userId}`).digest('base64url')
}

function isSame(known: string, given: string): boolean {
  const [a, b] = [Buffer.from(known), Buffer.from(given)]
  return a.length === b.length && timingSafeEqual(a, b)
}
