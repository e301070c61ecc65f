import { DEFAULT_GRACE_SECONDS, type CreatedApiKey } from '@/contracts/api-key'
import { db } from '../db/client'
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
  const { row, secret } = await db().$transaction(async (tx) => {
    const before = await lockKey(tx, actor, 'update', id)
    const owner = await heldOwner(tx, actor, before)
    return replaceKey(tx, actor, before, { owner, graceSeconds, expiresAt })
  })
  verifiedKeys().forget([id])
  return showCreatedKey(row, secret, actor)
}
