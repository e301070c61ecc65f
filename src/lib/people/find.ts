import { canonicalEmail } from '@/contracts/email'
import { id as idSchema } from '@/contracts/text'
import { db } from '../db/client'

/**
 * The active members of a club that these texts name: by email address, by the id of a user or of a
 * membership, or by a service account's name. Texts that name none, foreign or missing, are left out.
 */
export async function findActive(clubId: string, texts: readonly string[]): Promise<Map<string, string>> {
  const ids = texts.filter((text) => idSchema.safeParse(text).success)
  const emails = texts.filter((text) => text.includes('@'))
  const names = texts.filter((text) => !text.includes('@') && !ids.includes(text))
  const found = await db().membership.findMany({
    where: {
      clubId,
      status: 'ACTIVE',
      OR: [
        { user: { disabledAt: null, email: { in: emails.map(asKept) } } },
        { user: { disabledAt: null }, userId: { in: ids.map(lower) } },
        { user: { disabledAt: null }, id: { in: ids.map(lower) } },
        { user: { disabledAt: null, kind: 'service', name: { in: names.map(normal) } } },
      ],
    },
    select: { id: true, userId: true, user: { select: { email: true, kind: true, name: true } } },
  })
  // Apart, since a name may be written as somebody else's address or id is.
  const [byId, byEmail, byName] = [
    new Map<string, string>(),
    new Map<string, string>(),
    new Map<string, string>(),
  ]
  for (const { id, userId, user } of found) {
    for (const one of [id, userId]) byId.set(one, userId)
    if (user.email !== null) byEmail.set(user.email, userId)
    if (user.kind === 'service') byName.set(user.name, userId)
  }
  const named = (text: string) =>
    text.includes('@')
      ? byEmail.get(asKept(text))
      : ids.includes(text)
        ? byId.get(lower(text))
        : byName.get(normal(text))
  return new Map(
    texts.flatMap((text) => {
      const userId = named(text)
      return userId === undefined ? [] : [[text, userId] as const]
    }),
  )
}

const asKept = (email: string): string => canonicalEmail(email) ?? email
const lower = (id: string): string => id.toLowerCase()
const normal = (name: string): string => name.normalize('NFC')
