import { DEFAULT_GRACE_SECONDS, type CreatedApiKey } from '@/contracts/api-key'
import type { Transaction } from '../db/client'
import { changing } from '../idempotency/changing'
import type { Actor } from '../actor'
import { showCreatedKey } from './api-key-view'
import { requireFresh } from './fresh'
import { heldOwner, lockKey } from './lock'
import { replaceKey } from './replace-key'
import { verifiedKeys } from './verified-keys'

type Input = { id: string; graceSeconds?: number | undefined; expiresAt?: Date | null | undefined }

/**
 * Replaces a key by a new one with the same rights and returns that with its token, which is shown only here.
 * The old key works until the grace is over, or until its own end if that comes first. A key may rotate
 * itself.
 * @param graceSeconds 0: the old one ends at once
 * @throws Refusal `not_found`, `conflict` (rotated, with `replacedById`; revoked; expired; disabled),
 *   `validation_failed` naming `expiresAt`, `insufficient_scope` | `forbidden` (a stronger key, another
 *   person's), `reauthentication_required`
 */
export async function rotateApiKey(
  actor: Actor,
  { id, graceSeconds = DEFAULT_GRACE_SECONDS, expiresAt }: Input,
): Promise<CreatedApiKey> {
  requireFresh(actor)
  const rotate = async (tx: Transaction) => {
    const before = await lockKey(tx, actor, 'update', id)
    const owner = await heldOwner(tx, actor, before)
    const { row, secret } = await replaceKey(tx, actor, before, { owner, graceSeconds, expiresAt })
    return showCreatedKey(row, secret, actor)
  }
  const made = await changing(actor, rotate)
  verifiedKeys().forget([id])
  return made
}
