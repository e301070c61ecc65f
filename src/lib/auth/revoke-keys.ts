import { stated } from '../audit/changes'
import { appendAudit } from '../audit/append'
import { db, type Transaction } from '../db/client'
import { accessible } from '../permissions/ability'
import type { Actor } from './actor'
import { findDescendants, type Descendant } from './descendants'
import { lockKeys } from './lock'
import { verifiedKeys } from './verified-keys'

/** Longer than some thousand keys with their audit rows take on a slow machine, in milliseconds. */
export const PATIENCE_MS = 20_000
/** What one statement revokes: a few hundredths of a second, half a second where everything is slow. */
const IDS_AT_ONCE = 100
/** What one transaction of a long line revokes. */
const KEYS_AT_ONCE = 1_000
/**
 * A line of up to so many steps is revoked in one transaction with the key that made it; the rest of a longer
 * one in further transactions.
 */
const LINE_AT_ONCE = 2_000
/** Another round is for keys that live keys of the line made meanwhile. They cannot keep up for long. */
const MAX_ROUNDS = 20

type ToRevoke = { id: string; /** The revoked key that it goes back to. */ madeBy?: string }

/**
 * Revokes those of these keys that are not and that the caller may revoke, each with its audit row. Their
 * owners are held by the caller.
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
      targetType: 'ApiKey' as const,
      targetId: id,
      changes: stated({ reason, ...(madeBy.get(id) !== undefined && { madeBy: madeBy.get(id) }) }),
    }))
    await appendAudit(tx, actor, ...entries)
    all.push(...entries.map(({ targetId }) => targetId))
  }
  return all
}

const REASON = 'The key that made it was revoked.'
const asLine = (made: readonly Descendant[]): ToRevoke[] => made.map(({ root, id }) => ({ id, madeBy: root }))

/**
 * Revokes what these keys made, in the transaction that revokes them. Their owners are held: no key of theirs
 * can be making another one meanwhile.
 * @returns `all`: whether that was the whole line; if not, `revokeRestOfLine` has to follow
 */
export async function revokeLine(
  tx: Transaction,
  actor: Actor,
  ids: readonly string[],
  reason: string | undefined,
): Promise<{ revoked: string[]; all: boolean }> {
  const { made, all } = await findDescendants(tx, actor, ids, LINE_AT_ONCE)
  return { revoked: await revokeKeys(tx, actor, asLine(made), reason ?? REASON), all }
}

/**
 * Revokes the rest of a line too long for one transaction, some at a time, each with its audit row: what made
 * it is revoked already, and that did not wait for the rest. After an interruption the same call goes on.
 */
export async function revokeRestOfLine(
  actor: Actor,
  ids: readonly string[],
  reason: string | undefined,
): Promise<string[]> {
  const all: string[] = []
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const find = (tx: Transaction) => findDescendants(tx, actor, ids)
    const { made } = await db().$transaction(find, { timeout: PATIENCE_MS })
    const before = all.length
    for (let i = 0; i < made.length; i += KEYS_AT_ONCE) {
      const some = asLine(made.slice(i, i + KEYS_AT_ONCE))
      const revoke = async (tx: Transaction) => {
        await lockKeys(tx, actor.clubId, some.map(({ id }) => id)) // prettier-ignore
        return revokeKeys(tx, actor, some, reason ?? REASON)
      }
      const revoked = await db().$transaction(revoke, { timeout: PATIENCE_MS })
      verifiedKeys().forget(revoked)
      all.push(...revoked)
    }
    // The caller may not revoke what is left.
    if (all.length === before) break
  }
  return all
}
