import type { ApiKey, UpdateApiKeyBody } from '@/contracts/api-key'
import type { Action, Scope } from '@/contracts/permissions'
import { appendAudit, difference } from '../audit/append'
import { db, type Transaction } from '../db/client'
import { conflict, forbidden, insufficientScope, notFound } from '../errors'
import { accessible } from '../permissions/ability'
import { scopesOf } from '../permissions/scopes'
import type { Actor } from './actor'
import { apiKeySelect, showApiKey, type ApiKeyRow } from './api-key-view'
import { refuseDeadMaker } from './dead-maker'
import { requireFresh } from './fresh'
import { verifiedKeys } from './verified-keys'

type ById = { id: string }

/**
 * Renames a key, replaces its metadata, disables or enables it. Enabling hands its rights out anew: the caller needs every scope of it.
 * @throws Refusal `not_found`, `conflict` (revoked), `insufficient_scope` | `forbidden` (enabling a stronger key)
 */
export async function updateApiKey(actor: Actor, { id, ...change }: ById & UpdateApiKeyBody): Promise<ApiKey> {
  const row = await db().$transaction(async (tx) => {
    const before = await lock(tx, actor, 'update', id)
    if (before.revokedAt) throw conflict('A revoked key cannot be changed.')
    if (change.disabled === false && before.disabledAt) {
      refuseEnabling(actor, before)
      await refuseDeadMaker(tx, actor)
    }
    const after = await tx.apiKey.update({
      where: { clubId_id: { clubId: actor.clubId, id } },
      data: {
        ...(change.name !== undefined && { name: change.name }),
        ...(change.metadata !== undefined && { metadata: change.metadata }),
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
    const before = await lock(tx, actor, 'revoke', id)
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
    const row = await lock(tx, actor, 'delete', id)
    const dead = row.revokedAt !== null || (row.expiresAt !== null && row.expiresAt <= new Date())
    if (!dead) throw conflict('Only a revoked or expired key can be deleted. Revoke it first.')
    await tx.apiKey.delete({ where: { clubId_id: { clubId: actor.clubId, id } }, select: { id: true } })
    await appendAudit(tx, actor, { action: 'api-key.delete', targetType: 'ApiKey', targetId: id, changes: { name: row.name } })
  })
  verifiedKeys().forget([id])
}

/** Takes the row for this transaction, so that two changes follow one another and each sees what it really replaces. */
async function lock(tx: Transaction, actor: Actor, action: Action, id: string): Promise<ApiKeyRow> {
  await tx.$queryRaw`SELECT 1 FROM "ApiKey" WHERE "clubId" = ${actor.clubId}::uuid AND "id" = ${id}::uuid FOR NO KEY UPDATE`
  const row = await tx.apiKey.findFirst({ where: { id, ...accessible(actor, action, 'ApiKey') }, select: apiKeySelect })
  if (!row) throw notFound()
  return row
}

function refuseEnabling(actor: Actor, key: ApiKeyRow): void {
  const missing = (key.scopes as Scope[]).filter((scope) => !actor.scopes.includes(scope))
  if (missing.some((scope) => !scopesOf(actor.roles).includes(scope)))
    throw forbidden('Your roles do not grant every scope of this key.', missing)
  if (missing.length > 0) throw insufficientScope(missing)
  const ends = actor.via.kind === 'api_key' ? actor.via.expiresAt : null
  if (ends && (!key.expiresAt || key.expiresAt > ends)) throw forbidden('A key cannot enable a key that outlives it.')
}

const settings = ({ name, metadata, disabledAt }: ApiKeyRow) => ({ name, metadata, disabled: disabledAt !== null })
