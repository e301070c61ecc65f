import { subject } from '@casl/ability'
import { stated } from '../audit/changes'
import { appendAudit } from '../audit/append'
import type { Transaction } from '../db/client'
import type { ApiKeyModel, LineToEndModel as LineToEnd } from '../db/generated/models'
import { tookTooLong } from '../db/outage'
import { changing } from '../idempotency/changing'
import { accessible } from '../permissions/ability'
import type { Actor } from '../actor'
import { findDescendants } from './descendants'

/** Some thousand keys with their audit rows take less on a slow machine, in milliseconds. */
export const PATIENCE_MS = 20_000
/** How long an answer waits for descendants to end, in milliseconds; the rest end afterwards. */
export const ANSWER_MS = 3_000
/** Takes a few hundredths of a second, or half a second where everything is slow. */
const IDS_AT_ONCE = 100
/** Descendants up to this many steps end in the key's own transaction, more of them in further ones. */
const LINE_AT_ONCE = 1_000

type ToRevoke = { id: string; /** The revoked key that made it, itself or through others. */ madeBy?: string }

/**
 * Revokes those of these keys that are alive and that the caller may revoke, each with its audit row. The
 * caller holds the locks of their owners.
 * @returns the ids of those that were revoked; the caller then forgets what this process knew of them
 */
export async function revokeKeys(
  tx: Transaction,
  actor: Actor,
  keys: readonly ToRevoke[],
  reason: string | undefined,
): Promise<string[]> {
  const data = { revokedAt: new Date(), revokedReason: reason ?? null }
  const madeBy = new Map(keys.map((key) => [key.id, key.madeBy]))
  const ids = [...madeBy.keys()]
  const all: string[] = []
  for (let i = 0; i < ids.length; i += IDS_AT_ONCE) {
    const some = { id: { in: ids.slice(i, i + IDS_AT_ONCE) }, revokedAt: null }
    const where = { AND: [accessible(actor, 'revoke', 'ApiKey'), some] }
    const revoked = await tx.apiKey.updateManyAndReturn({ where, data, select: { id: true } })
    const entries = revoked.map(({ id }) => ({
      action: 'api-key.revoke' as const,
      targetId: id,
      changes: stated({ reason, ...(madeBy.get(id) !== undefined && { madeBy: madeBy.get(id) }) }),
    }))
    await appendAudit(tx, actor, ...entries)
    all.push(...entries.map(({ targetId }) => targetId))
  }
  return all
}

const REASON = 'The key that made it was revoked.'

export type Line = { revoked: string[]; /** The rest, for `endLine`. */ left: LineToEnd | null }
export const NO_LINE: Line = { revoked: [], left: null }

/**
 * Revokes what these keys made, in the transaction that revokes them. If that is too much, it records that
 * the rest has to follow, so that it cannot be forgotten. The owners are locked: no key of theirs can make
 * another one meanwhile.
 * @param most how many steps to go here
 */
export async function revokeLine(
  tx: Transaction,
  actor: Actor,
  ids: readonly string[],
  { reason = REASON, most }: { reason: string | undefined; most: number },
): Promise<Line> {
  if (most > 0) {
    const { made, all } = await findDescendants(tx, actor, ids, most)
    const line = made.map(({ root, id }) => ({ id, madeBy: root }))
    if (all) return { revoked: await revokeKeys(tx, actor, line, reason), left: null }
  }
  const ownerId = actor.ability.can('revoke', anybodysKey(actor)) ? null : actor.userId
  const digest = actor.once ? Uint8Array.from(actor.once.digest) : null
  const data = { clubId: actor.clubId, keyIds: [...ids], ownerId, reason, digest }
  return { revoked: [], left: await tx.lineToEnd.create({ data }) }
}

const anybodysKey = ({ clubId }: Actor) => subject('ApiKey', { clubId, userId: 'anyone else' } as ApiKeyModel)

/**
 * Ends the keys that were named. If their descendants are too many for the database now, those are left to
 * follow.
 * @param act gets the number of steps to go
 * @param answer what the caller would be told at the commit
 */
export async function endNamed<Result>(
  actor: Actor,
  act: (tx: Transaction, most: number) => Promise<Result>,
  answer: (result: Result) => unknown,
): Promise<Result> {
  const attempt = (most: number) => changing(actor, (tx) => act(tx, most), { answer, timeout: PATIENCE_MS })
  try {
    return await attempt(LINE_AT_ONCE)
  } catch (error) {
    // Not where the database is away: the caller must hear of that within a second (G7).
    if (!tookTooLong(error)) throw error
    return attempt(0)
  }
}
