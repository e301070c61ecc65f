import type { Transaction } from '../db/client'
import { accessible } from '../permissions/ability'
import type { Actor } from '../actor'
import { findDeletedKeys } from './deleted-key'
import { digestOf } from './token'

/**
 * The id of the key with this token, also of a deleted one; null where there is none that the caller may
 * revoke.
 */
export async function findByToken(tx: Transaction, actor: Actor, token: string): Promise<string | null> {
  const digest = digestOf(token)
  const key = await tx.apiKey.findFirst({
    where: { digest, ...accessible(actor, 'revoke', 'ApiKey') },
    select: { id: true },
  })
  if (key) return key.id
  const gone = await tx.apiKeyTombstone.findFirst({
    where: { digest, clubId: actor.clubId },
    select: { apiKeyId: true },
  })
  const [deleted] = gone ? await findDeletedKeys(tx, actor, [gone.apiKeyId]) : []
  return deleted?.apiKeyId ?? null
}
