import { MAX_TOLD } from '@/contracts/bounds'
import { db } from '../db/client'
import type { LineToEndModel as LineToEnd } from '../db/generated/models'
import { isOutage, tookTooLong } from '../db/outage'
import { recordProgress } from '../idempotency/progress'
import { log } from '../log'
import { walkDescendants, type Descendant } from './descendants'
import { lockKeys } from './lock'
import { verifiedKeys } from './verified-keys'

/** Takes some tenths of a second where everything is slow. */
const AT_ONCE = 100
/** How many keys of one line end before the next line's turn. */
const TURN = 1_000
/** How long one walk through the descendants may take, in milliseconds. Nobody waits for it. */
const WALK_MS = 600_000

/**
 * Revokes the rest of a line that was too long for one transaction, part by part, each key with its audit
 * row. The key at its head is revoked already. If it is interrupted, call it again. Owners of its keys wait
 * for a hundred of them at most.
 * @param isOver whether to stop; called now and then with the number revoked so far
 * @returns what it revoked, and whether nothing is left
 */
export async function endLine(
  line: LineToEnd,
  isOver: (ended: number) => boolean | Promise<boolean>,
): Promise<{ revoked: string[]; complete: boolean }> {
  const revoked: string[] = []
  try {
    // A key that was still alive may have made another one behind the walk. So it walks again until there is
    // none.
    for (let before = -1; before < revoked.length;) {
      before = revoked.length
      if (!(await walk(line, isOver, revoked))) return { revoked, complete: false }
    }
    await db().$transaction(async (tx) => {
      await tx.lineToEnd.deleteMany({ where: { id: line.id, clubId: line.clubId } })
      await recordProgress(tx, line, withEnded([], true))
    })
    return { revoked, complete: true }
  } catch (error) {
    if (!isOutage(error)) throw error
    log.warn({ err: error, keyIds: line.keyIds }, 'some keys that a revoked key made are still to be revoked')
    return { revoked, complete: false }
  }
}

/**
 * As `endLine`, for every line that was left. They take turns, since their keys still work: no club waits for
 * another club's longer line.
 */
export async function endAllLines(): Promise<void> {
  for (let ended = true; ended;) {
    const lines = await db().lineToEnd.findMany({ orderBy: { id: 'asc' }, take: 100 })
    ended = false
    for (const line of lines) {
      const { revoked, complete } = await endLine(line, isTurnOver)
      ended ||= complete || revoked.length > 0
    }
  }
}

const isTurnOver = async (ended: number) => ended >= TURN && (await db().lineToEnd.count()) > 1

/** @returns whether it visited all */
function walk(
  line: LineToEnd,
  isOver: (ended: number) => boolean | Promise<boolean>,
  revoked: string[],
): Promise<boolean> {
  const end = async (made: Descendant[]) => {
    for (let i = 0; i < made.length; i += AT_ONCE) {
      const ended = await endSome(line, made.slice(i, i + AT_ONCE))
      verifiedKeys().forget(ended)
      revoked.push(...ended)
      if (await isOver(revoked.length)) return false
    }
    return !(await isOver(revoked.length))
  }
  return db().$transaction((tx) => walkDescendants(tx, line, line.keyIds, end), { timeout: WALK_MS })
}

/** If these are too many for the database to do in time, first one half, then the other. */
async function endSome(line: LineToEnd, made: Descendant[]): Promise<string[]> {
  try {
    return await revokeSome(line, made)
  } catch (error) {
    if (!tookTooLong(error) || made.length === 1) throw error
    const half = Math.ceil(made.length / 2)
    return [...(await endSome(line, made.slice(0, half))), ...(await endSome(line, made.slice(half)))]
  }
}

/** Each with its audit row (G9). Who decided it is on record with the key that they revoked. */
function revokeSome(line: LineToEnd, made: Descendant[]): Promise<string[]> {
  const { clubId, ownerId, reason } = line
  const [ids, roots] = [made.map(({ id }) => id), made.map(({ root }) => root)]
  return db().$transaction(async (tx) => {
    await lockKeys(tx, clubId, ids)
    const ended = await tx.$queryRaw<{ id: string }[]>`
      WITH ended AS (
        UPDATE "ApiKey" k SET "revokedAt" = now(), "revokedReason" = ${reason}, "updatedAt" = now()
        FROM unnest(${ids}::uuid[], ${roots}::uuid[]) AS made("id", "root")
        WHERE k."id" = made."id" AND k."clubId" = ${clubId} AND k."revokedAt" IS NULL
          AND (${ownerId}::text IS NULL OR k."userId" = ${ownerId})
        RETURNING k."id", made."root"
      ), kept AS (
        INSERT INTO "AuditEvent" ("id", "clubId", "actorKind", "action", "targetType", "targetId", "changes")
        SELECT gen_random_uuid(), ${clubId}, 'system', 'api-key.revoke', 'ApiKey', "id", jsonb_build_object(
          'reason', jsonb_build_object('from', NULL, 'to', ${reason}::text),
          'madeBy', jsonb_build_object('from', NULL, 'to', "root")) FROM ended
      )
      SELECT "id" FROM ended`
    const revoked = ended.map(({ id }) => id)
    await recordProgress(tx, line, withEnded(revoked, false))
    return revoked
  })
}

/** What whoever began it is told, once these have ended, too: of one key or of many. */
const withEnded =
  (ids: readonly string[], complete: boolean) =>
  (answer: Told): Told => {
    const { alsoRevoked, alsoRevokedCount } = answer
    if (answer.complete === undefined) return answer
    if (typeof alsoRevoked === 'number') return { ...answer, alsoRevoked: alsoRevoked + ids.length, complete }
    return {
      ...answer,
      alsoRevoked: [...(alsoRevoked ?? []), ...ids].slice(0, MAX_TOLD),
      alsoRevokedCount: (alsoRevokedCount ?? 0) + ids.length,
      complete,
    }
  }
type Told = { alsoRevoked?: number | string[]; alsoRevokedCount?: number; complete?: boolean }
