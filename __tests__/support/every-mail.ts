import { db, type Prisma } from '@/lib/db/client'
import { writeMail } from '@/lib/letters/write-mail'
import type { MailKind } from '@/lib/mail/kinds'
import type { WrittenMail } from '@/lib/mail/port'

/** An admin of a club, somebody else in it, and keys of the club that can be used and end some day. */
type Around = { clubId: string; adminId: string; otherId: string; keyIds: readonly string[] }

/** What each kind of mail is about. */
const ABOUT: Record<MailKind, (around: Around) => object> = {
  'password-link': () => ({}),
  leaked: ({ clubId, keyIds: [apiKeyId] }) => ({ clubId, apiKeyId }),
  'honey-used': ({ clubId, keyIds: [apiKeyId] }) => ({ clubId, apiKeyId }),
  invitation: ({ clubId }) => ({ clubId }),
  'account-changed': () => ({ is: 'linked', provider: 'accounts.google.com' }),
  'new-admin': ({ clubId, otherId }) => ({ clubId, newAdminId: otherId, by: 'Ada Admin' }),
  'webhook-disabled': ({ clubId }) => ({ clubId, endpointId: clubId, host: 'hooks.scoreboard.example' }),
  expiring: ({ clubId, keyIds }) => ({ clubId, keys: keyIds.map((id) => ({ id, occasion: 'ends-14' })) }),
  expired: ({ clubId, keyIds }) => ({
    clubId,
    keys: keyIds.slice(0, 1).map((id) => ({ id, occasion: 'ends-0' })),
  }),
  unused: ({ clubId, keyIds }) => ({ clubId, keys: keyIds.map((id) => ({ id, occasion: 'unused-90' })) }),
}

export const EVERY_MAIL = Object.keys(ABOUT) as MailKind[]

/** A mail to the admin, as it would go out. @throws Error where nobody needs it: what is around it is wrong */
export async function mailOf(kind: MailKind, around: Around): Promise<WrittenMail> {
  const params = ABOUT[kind](around) as Prisma.InputJsonObject
  const row = await db().outgoingMail.create({ data: { userId: around.adminId, kind, params, rank: 9 } })
  const mail = await db().$transaction((tx) => writeMail(tx, row))
  if (!mail) throw new Error(`nobody needs the mail ${kind}: look at what it is about`)
  return mail
}

/** The address at which a browser shows the HTML part, as a program for mails does. */
export const asPage = ({ html }: WrittenMail): string =>
  `data:text/html;charset=utf-8;base64,${Buffer.from(html).toString('base64')}`
