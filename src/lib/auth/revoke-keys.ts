import { appendAudit } from '../audit/append'
import { stated } from '../audit/changes'
import type { Transaction } from '../db/client'
import { accessible } from '../permissions/ability'
import type { Actor } from './actor'

/**
 * Longer than some thousand keys with their audit rows take on a slow machine, in milliseconds: a leaked
 * key's line ends however long it is.
 */
export const PATIENCE_MS = 20_000
/** The database compares each key with each id of a statement: ten thousand at once outlast its time. */
const IDS_AT_ONCE = 1_000

/**
 * Revokes those of these keys that are not and that the caller may revoke, each with its audit row. Their
 * owners are held by the caller.
 * @param madeBy the revoked key that they go back to
 * @returns the ids of those that were revoked; the caller then forgets what this process knew of them
 */
export async function revokeKeys(
  tx: Transaction,
  actor: Actor,
  ids: string[],
  { reason, madeBy }: { reason: string | undefined; madeBy?: string },
): Promise<string[]> {
  const data = { revokedAt: new Date(), revokedReason: reason ?? null }
  const revoked: { id: string }[] = []
  for (let i = 0; i < ids.length; i += IDS_AT_ONCE) {
    const where = {
      AND: [
        accessible(actor, 'revoke', 'ApiKey'),
        { id: { in: ids.slice(i, i + IDS_AT_ONCE) }, revokedAt: null },
      ],
    }
    revoked.push(...(await tx.apiKey.updateManyAndReturn({ where, data, select: { id: true } })))
  }
  const changes = stated({ reason, ...(madeBy !== undefined && { madeBy }) })
  await appendAudit(
    tx,
    actor,
    ...revoked.map(({ id }) => ({
      action: 'api-key.revoke' as const,
      targetType: 'ApiKey' as const,
      targetId: id,
      changes,
    })),
  )
  return revoked.map(({ id }) => id)
}
