import type { ApiKey, UpdateApiKeyBody } from '@/contracts/api-key'
import type { Scope } from '@/contracts/permissions'
import { appendAudit, difference } from '../audit/append'
import { db } from '../db/client'
import { conflict } from '../errors'
import type { Actor } from './actor'
import { AddressList } from './address-list'
import { apiKeySelect, showApiKey, type ApiKeyRow } from './api-key-view'
import { requireFresh } from './fresh'
import { keyAddresses } from './key-addresses'
import { liveMaker } from './live-maker'
import { lockKey } from './lock'
import { requireHolding } from './receiver'
import { verifiedKeys } from './verified-keys'

type ById = { id: string }

/**
 * Renames a key, replaces its metadata or its addresses, disables or enables it. Enabling it, or letting it be used from more addresses,
 * hands its rights out anew: the caller needs every scope of it.
 * @throws Refusal `not_found`, `conflict` (revoked), `insufficient_scope` | `forbidden` (widening a stronger key), `validation_failed` (addresses)
 */
export async function updateApiKey(actor: Actor, { id, ...change }: ById & UpdateApiKeyBody): Promise<ApiKey> {
  const asked = change.allowedCidrs === undefined ? undefined : AddressList.asked(change.allowedCidrs)
  const row = await db().$transaction(async (tx) => {
    const before = await lockKey(tx, actor, 'update', id)
    if (before.revokedAt) throw conflict('A revoked key cannot be changed.')
    const current = AddressList.kept(before.allowedCidrs)
    const enables = change.disabled === false && before.disabledAt !== null
    if (enables || asked !== undefined) {
      const maker = await liveMaker(tx, actor)
      const allowedCidrs = asked === undefined ? current : keyAddresses(maker, asked)
      const widens = enables || !AddressList.within(allowedCidrs, current)
      if (widens) requireHolding(maker, { scopes: before.scopes as Scope[], expiresAt: before.expiresAt, allowedCidrs })
    }
    const after = await tx.apiKey.update({
      where: { clubId_id: { clubId: actor.clubId, id } },
      data: {
        ...(change.name !== undefined && { name: change.name }),
        ...(change.metadata !== undefined && { metadata: change.metadata }),
        ...(asked !== undefined && { allowedCidrs: asked?.toString() ?? null }),
        ...(change.disabled !== undefined && { disabledAt: change.disabled ? (before.disabledAt ?? new Date()) : null }),
      },
      select: apiKeySelect,
    })
    const changes = difference(settings(before), settings(after))
    if (Object.keys(changes).length > 0) {
      await appendAudit(tx, actor, { action: 'api-key.update', targetType: 'ApiKey', targetId: id, changes })
    }
    return after
  })
  verifiedKeys().forget([id])
  return showApiKey(row)
}

/**
 * Revokes a key for good; it stays on record. Revoking a revoked key changes nothing and answers alike.
 * @param reason why, for the audit log
 * @throws Refusal `not_found`, `reauthentication_required`
 */
export async function revokeApiKey(actor: Actor, { id, reason }: ById & { reason?: string | undefined }): Promise<ApiKey> {
  requireFresh(actor)
  const row = await db().$transaction(async (tx) => {
    const before = await lockKey(tx, actor, 'revoke', id)
    if (before.revokedAt) return before
    const revoked = await tx.apiKey.update({
      where: { clubId_id: { clubId: actor.clubId, id } },
      data: { revokedAt: new Date(), revokedReason: reason ?? null },
      select: apiKeySelect,
    })
    await appendAudit(tx, actor, { action: 'api-key.revoke', targetType: 'ApiKey', targetId: id, changes: { reason: reason ?? null } })
    return revoked
  })
  verifiedKeys().forget([id])
  return showApiKey(row)
}

/**
 * Deletes a revoked or expired key. The database keeps a tombstone of its digest, so that the same token never works again.
 * @throws Refusal `not_found`, `conflict` (the key is alive), `reauthentication_required`
 */
export async function deleteApiKey(actor: Actor, { id }: ById): Promise<void> {
  requireFresh(actor)
  await db().$transaction(async (tx) => {
    const row = await lockKey(tx, actor, 'delete', id)
    const dead = row.revokedAt !== null || (row.expiresAt !== null && row.expiresAt <= new Date())
    if (!dead) throw conflict('Only a revoked or expired key can be deleted. Revoke it first.')
    await tx.apiKey.delete({ where: { clubId_id: { clubId: actor.clubId, id } }, select: { id: true } })
    await appendAudit(tx, actor, { action: 'api-key.delete', targetType: 'ApiKey', targetId: id, changes: { name: row.name } })
  })
  verifiedKeys().forget([id])
}

const settings = ({ name, metadata, disabledAt, allowedCidrs }: ApiKeyRow) => ({
  name,
  metadata,
  disabled: disabledAt !== null,
  allowedCidrs: AddressList.kept(allowedCidrs)?.toStrings() ?? null,
})
