import { asPage, EVERY_MAIL, mailOf } from '../../__tests__/support/every-mail'
import { db } from '@/lib/db/client'
import type { MailKind } from '@/lib/mail/kinds'
import { ADA, CARL, type Scene } from './scene'

/** Each mail as a program shows it that does as it says. */
export const MAIL_SCENES: readonly Scene[] = EVERY_MAIL.map((kind) => ({
  name: `mail-${kind}`,
  who: null,
  isMail: true,
  path: () => pageOf(kind),
}))

async function pageOf(kind: MailKind): Promise<string> {
  const { id: clubId } = await db().club.findUniqueOrThrow({ where: { slug: 'demo' } })
  const idOf = async (email: string) => (await db().user.findUniqueOrThrow({ where: { email } })).id
  const live = { revokedAt: null, disabledAt: null, replacedById: null }
  const keys = await db().apiKey.findMany({
    where: { clubId, ...live, expiresAt: { not: null } },
    orderBy: { expiresAt: 'asc' },
    take: 4,
    select: { id: true },
  })
  const [adminId, otherId] = [await idOf(ADA), await idOf(CARL)]
  return asPage(await mailOf(kind, { clubId, adminId, otherId, keyIds: keys.map(({ id }) => id) }))
}
