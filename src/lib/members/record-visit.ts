import type { Actor } from '../actor'
import { db } from '../db/client'
import { newId } from '../db/new-id'
import { log } from '../log'

/**
 * Notes that a member looks at the club's pages: they are no longer only invited. Written at most once in
 * five minutes. A page is shown even if this could not be written.
 */
export async function recordVisit({ clubId, userId }: Pick<Actor, 'clubId' | 'userId'>): Promise<void> {
  if (userId === null) return
  try {
    await db().$executeRaw`
      WITH entered AS (
        DELETE FROM "Invitation" WHERE "clubId" = ${clubId}::uuid AND "userId" = ${userId}::uuid)
      INSERT INTO "MemberVisit" AS v ("id", "clubId", "userId", "at")
      VALUES (${newId()}::uuid, ${clubId}::uuid, ${userId}::uuid, now())
      ON CONFLICT ("clubId", "userId") DO UPDATE SET "at" = now() WHERE v."at" < now() - interval '5 minutes'`
  } catch (error) {
    log.warn({ err: error, clubId, userId }, 'a visit could not be recorded')
  }
}
