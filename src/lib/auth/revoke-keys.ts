import { appendAudit } from '../audit/append'
import type { Transaction } from '../db/client'
import { accessible } from '../permissions/ability'
import type { Actor } from './actor'

/**
 * Revokes those of these keys that are not and that the caller may revoke, each with its audit row. Their owners are held by the caller.
 * @param madeBy the revoked key that they go back to
 * @returns the ids of those that were revoked; the caller then forgets what this process knew of them
 */
export async function revokeKeys(
  tx: Transaction,
  actor: Actor,
  ids: string[],
  { reason, madeBy }: { reason: string | undefined; madeBy?: string },
): Promise<string[]> {
  if (ids.length === 0) return []
  const revoked = await tx.apiKey.updateManyAndReturn({
    where: { AND: [accessible(actor, 'revoke', 'ApiKey'), { id: { in: ids }, revokedAt: null }] },
    data: { revokedAt: new Date(), revokedReason: reason ?? null },
    select: { id: true },
  })
  const changes = { reason: reason ?? null, ...(madeBy !== undefined && { madeBy }) }
  await appendAudit(
    tx,
    actor,
    ...revoked.map(({ id }) => ({ action: 'api-key.revoke', targetType: 'ApiKey' as const, targetId: id, changes })),
  )
  return revoked.map(({ id }) => id)
}
