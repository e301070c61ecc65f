import { db, type Prisma } from '@/lib/db/client'
import { writeMail } from '@/lib/letters/write-mail'
import type { MailKind } from '@/lib/mail/kinds'
import { ADA, CARL, type Scene } from './scene'

/** What each kind of mail is about, in the club of the pictures. */
const ABOUT: Record<MailKind, (of: { clubId: string; keyIds: string[]; carl: string }) => object> = {
  'password-link': () => ({}),
  leaked: ({ clubId, keyIds: [apiKeyId] }) => ({ clubId, apiKeyId }),
  'honey-used': ({ clubId, keyIds: [apiKeyId] }) => ({ clubId, apiKeyId }),
  invitation: ({ clubId }) => ({ clubId }),
  'account-changed': () => ({ is: 'linked', provider: 'accounts.google.com' }),
  'new-admin': ({ clubId, carl }) => ({ clubId, newAdminId: carl, by: 'Ada Admin' }),
  'webhook-disabled': ({ clubId }) => ({ clubId, endpointId: clubId, host: 'hooks.scoreboard.example' }),
  expiring: ({ clubId, keyIds }) => ({ clubId, keys: keyIds.map((id) => ({ id, occasion: 'ends-14' })) }),
  expired: ({ clubId, keyIds }) => ({
    clubId,
    keys: keyIds.slice(0, 1).map((id) => ({ id, occasion: 'ends-0' })),
  }),
  unused: ({ clubId, keyIds }) => ({ clubId, keys: keyIds.map((id) => ({ id, occasion: 'unused-90' })) }),
}

/** Each mail as a program shows it that does as it says. */
export const MAIL_SCENES: readonly Scene[] = (Object.keys(ABOUT) as MailKind[]).map((kind) => ({
  name: `mail-${kind}`,
  who: null,
  isMail: true,
  path: () => htmlOf(kind),
}))

async function htmlOf(kind: MailKind): Promise<string> {
  const { id: clubId } = await db().club.findUniqueOrThrow({ where: { slug: 'demo' } })
  const idOf = async (email: string) => (await db().user.findUniqueOrThrow({ where: { email } })).id
  const live = { revokedAt: null, disabledAt: null, replacedById: null }
  const keys = await db().apiKey.findMany({
    where: { clubId, ...live, expiresAt: { not: null } },
    orderBy: { expiresAt: 'asc' },
    take: 4,
    select: { id: true },
  })
  const userId = await idOf(ADA)
  const params = ABOUT[kind]({ clubId, keyIds: keys.map(({ id }) => id), carl: await idOf(CARL) })
  const row = await db().outgoingMail.create({
    data: { userId, kind, params: params as Prisma.InputJsonObject, rank: 9 },
  })
  const mail = await db().$transaction((tx) => writeMail(tx, row))
  if (!mail) throw new Error(`nobody needs the mail ${kind}: look at what it is about`)
  return `data:text/html;charset=utf-8;base64,${Buffer.from(mail.html).toString('base64')}`
}
