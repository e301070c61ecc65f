import { db } from '@/lib/db/client'
import type { Member } from './club'

type Many = {
  name?: string
  /** The key that made them all; with `line`, the first of them, and each made the next. */
  madeBy?: string
  line?: boolean
  revoked?: boolean
}

/** So many keys in one statement, with no token to any of them. @returns their ids, in the order of a line */
export async function makeManyKeys(
  { clubId, userId }: Pick<Member, 'clubId' | 'userId'>,
  count: number,
  { name = 'one of many', madeBy, line = false, revoked = false }: Many = {},
): Promise<string[]> {
  const rows = await db().$queryRaw<{ id: string }[]>`
    WITH made AS (SELECT n, gen_random_uuid() AS "id" FROM generate_series(1, ${count}) AS n), kept AS (
      INSERT INTO "ApiKey" ("id", "clubId", "userId", "name", "digest", "start", "last4", "scopes", "updatedAt", "createdByKeyId", "revokedAt")
      SELECT "id", ${clubId}, ${userId}, ${name}, sha256("id"::text::bytea), 'sk', 'last', '{practices:read}', now(),
        CASE WHEN ${line} THEN coalesce(lag("id") OVER (ORDER BY n), ${madeBy ?? null}::uuid) ELSE ${madeBy ?? null}::uuid END,
        CASE WHEN ${revoked} THEN now() END
      FROM made
    ) SELECT "id" FROM made ORDER BY n`
  return rows.map(({ id }) => id)
}
