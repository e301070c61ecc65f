import { db, type Transaction } from '../db/client'
import { isOutage } from '../db/outage'
import { log } from '../log'

/** Takes a few hundredths of a second, or half a second where everything is slow. */
const AT_ONCE = 100

type Leaver = { clubId: string; userId: string }

/**
 * Revokes the remaining keys of a member who left. The database revoked up to 100 of them when the membership
 * ended. None of the others works since then, or works again if they return. The sweep finishes what is left
 * here.
 * @param until when to stop, in milliseconds since 1970
 * @returns whether none is left
 */
export async function endLeaversKeys(leaver: Leaver, until = Infinity): Promise<boolean> {
  try {
    for (;;) {
      if ((await db().$transaction((tx) => endSome(tx, leaver))) < AT_ONCE) return true
      if (Date.now() >= until) return false
    }
  } catch (error) {
    if (!isOutage(error)) throw error
    log.warn({ err: error, ...leaver }, 'some keys of a member who left are still to be revoked')
    return false
  }
}

export async function endAllLeaversKeys(): Promise<void> {
  const select = { clubId: true, userId: true }
  const left = await db().holder.findMany({ where: { keysToEnd: true }, select, take: 100 })
  for (const leaver of left) await endLeaversKeys(leaver)
}

/** Each with its audit row (G9). The holder is locked, so that a return waits and finds no key alive. */
async function endSome(tx: Transaction, { clubId, userId }: Leaver): Promise<number> {
  const held = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM "Holder" WHERE "clubId" = ${clubId} AND "userId" = ${userId} AND "keysToEnd" FOR NO KEY UPDATE`
  if (held.length === 0) return 0
  const [row] = await tx.$queryRaw<{ ended: number }[]>`
    SELECT end_leavers_keys(ARRAY(
      SELECT k."id" FROM "ApiKey" k
      WHERE k."clubId" = ${clubId} AND k."userId" = ${userId} AND k."revokedAt" IS NULL LIMIT ${AT_ONCE}))::int AS "ended"`
  const ended = row?.ended ?? 0
  if (ended < AT_ONCE) {
    const where = { clubId_userId: { clubId, userId } }
    await tx.holder.update({ where, data: { keysToEnd: false }, select: { userId: true } })
  }
  return ended
}
