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
  const known = new Map<string, string>()
  for (const { id, userId, user } of found)
    for (const called of [id, userId, user.email ?? user.name]) known.set(called, userId)
  return new Map(
    texts.flatMap((text) => {
      const userId = known.get(
        text.includes('@') ? asKept(text) : ids.includes(text) ? lower(text) : normal(text),
      )
      return userId === undefined ? [] : [[text, userId] as const]
    }),
  )
}

const asKept = (email: string): string => canonicalEmail(email) ?? email
const lower = (id: string): string => id.toLowerCase()
const normal = (name: string): string => name.normalize('NFC')
