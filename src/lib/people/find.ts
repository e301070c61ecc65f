import { canonicalEmail } from '@/contracts/email'
import { hostId, id as uuid } from '@/contracts/text'
import { db, type OwnerKind } from '../db/client'
import { peoplePort } from './port'

type Found = { userId: string; email: string | null; kind: OwnerKind; name: string }

/**
 * The active members of a club that these texts name: by email address, by a user's id, by an id that the app
 * itself knows them by, or by a service account's name. Texts that name none, foreign or missing, or two of
 * them, are left out.
 */
export async function findActive(clubId: string, texts: readonly string[]): Promise<Map<string, string>> {
  const ids = texts.filter((text) => hostId.safeParse(text).success).flatMap(spellings)
  const emails = texts.filter((text) => text.includes('@'))
  const names = texts.filter(mayBeName)
  const meant = ids.length > 0 ? await peoplePort().usersOf(clubId, ids) : new Map<string, string>()
  const userIds = [...new Set([...ids, ...meant.values()])]
  const found = await db().$queryRaw<Found[]>`
    SELECT o."user_id" AS "userId", o."email", o."kind", o."name" FROM "owner" o
    WHERE o."club_id" = ${clubId} AND o."active" AND (o."user_id" = ANY (${userIds}::text[])
      OR o."email" = ANY (${emails.map(asKept)}::text[]) OR (o."kind" = 'service' AND o."name" = ANY (${names.map(normal)}::text[])))`
  // Apart, since a name may be written as somebody else's address or id is.
  const [byId, byEmail, byName] = [
    new Map<string, string>(),
    new Map<string, string>(),
    new Map<string, string>(),
  ]
  for (const { userId, email, kind, name } of found) {
    byId.set(userId, userId)
    if (email !== null) byEmail.set(email, userId)
    if (kind === 'service') byName.set(name, userId)
  }
  const named = (text: string) => {
    const [id] = spellings(text).flatMap((one) => byId.get(one) ?? byId.get(meant.get(one) ?? '') ?? [])
    const email = byEmail.get(asKept(text))
    // One's id may be written as another's address is: nobody can know who is meant.
    if (id !== undefined && email !== undefined) return id === email ? id : undefined
    return id ?? email ?? (mayBeName(text) ? byName.get(normal(text)) : undefined)
  }
  return new Map(
    texts.flatMap((text) => {
      const userId = named(text)
      return userId === undefined ? [] : [[text, userId] as const]
    }),
  )
}

const asKept = (email: string): string => canonicalEmail(email) ?? email
const isUuid = (text: string): boolean => uuid.safeParse(text).success
/** What is written as an address or a UUID means nobody by a name: whoever names an account could take another's place. */
const mayBeName = (text: string): boolean => !text.includes('@') && !isUuid(text)
/** As it is; else a UUID in lower case, as Postgres writes it. */
const spellings = (text: string): string[] =>
  isUuid(text) && text !== text.toLowerCase() ? [text, text.toLowerCase()] : [text]
const normal = (name: string): string => name.normalize('NFC')
