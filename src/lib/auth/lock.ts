import type { Action } from '@/contracts/permissions'
import type { Transaction } from '../db/client'
import { conflict, notFound } from '../errors'
import { holdMember, holdOwnersOf } from '../people/member'
import { accessible } from '../permissions/ability'
import { seesHoney, type Actor } from '../actor'
import { apiKeySelect, type ApiKeyRow } from './api-key-view'
import { findDeletedKeys, showRemains } from './deleted-key'
import type { Owner } from './receiver'

// Everything that changes keys locks their owner's holder first, then the keys. With one order no two
// changes wait for each other, and nothing is made for an owner while something of theirs is being ended.
// Before any lock it checks that the caller may change the key: others hold nobody up, and cannot learn by
// waiting that somebody is at work.

/**
 * Locks a key for this transaction, and its owner's holder before it, so that two changes follow one another
 * and each sees what it really replaces.
 * @throws Refusal `not_found`
 */
export async function lockKey(tx: Transaction, actor: Actor, action: Action, id: string): Promise<ApiKeyRow> {
  const row = await findAndLock(tx, actor, action, id)
  if (!row) throw notFound()
  return row
}

/**
 * The same for revoking: of a deleted key it returns the remains, and locks its owner. Everybody who could
 * have revoked it can still end what it made.
 * @throws Refusal `not_found`
 */
export async function lockForRevoking(
  tx: Transaction,
  actor: Actor,
  id: string,
): Promise<{ row: ApiKeyRow; deleted: boolean }> {
  const row = await findAndLock(tx, actor, 'revoke', id)
  if (row) return { row, deleted: false }
  const [remains] = await findDeletedKeys(tx, actor, [id])
  if (!remains) throw notFound()
  await lockKeys(tx, actor.clubId, [id])
  return { row: await showRemains(tx, actor, remains), deleted: true }
}

async function findAndLock(
  tx: Transaction,
  actor: Actor,
  action: Action,
  id: string,
): Promise<ApiKeyRow | null> {
  const where = { id, ...accessible(actor, action, 'ApiKey'), ...(!seesHoney(actor) && { honey: false }) }
  if (!(await tx.apiKey.findFirst({ where, select: { id: true } }))) return null
  await holdOwnersOf(tx, actor.clubId, [id])
  await tx.$queryRaw`SELECT 1 FROM "ApiKey" WHERE "clubId" = ${actor.clubId} AND "id" = ${id}::uuid FOR NO KEY UPDATE`
  return tx.apiKey.findFirst({ where, select: apiKeySelect })
}

/**
 * The owner of a key that `lockKey` locked, with their live roles.
 * @throws Refusal `conflict` when they are no active member: nothing is handed out for them
 */
export async function heldOwner(tx: Transaction, { clubId }: Actor, { owner }: ApiKeyRow): Promise<Owner> {
  const found = await holdMember(tx, { clubId, userId: owner.userId })
  if (!found) throw conflict('The owner of this key is no active member.')
  return found
}

/** The same for many keys of the club, also deleted ones, of any owner. */
export async function lockKeys(tx: Transaction, clubId: string, ids: readonly string[]): Promise<void> {
  await holdOwnersOf(tx, clubId, ids)
  await tx.$queryRaw`
    SELECT 1 FROM "ApiKey" WHERE "clubId" = ${clubId} AND "id" = ANY (${ids}::uuid[]) ORDER BY "id" FOR NO KEY UPDATE`
}
