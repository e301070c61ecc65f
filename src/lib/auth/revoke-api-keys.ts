import type { RevokeApiKeysBody, RevokedApiKeys } from '@/contracts/api-key-revocation'
import { MAX_COUNTED, MAX_REVOKED_AT_ONCE } from '@/contracts/bounds'
import { amountOf } from '@/contracts/words'
import { db, type Transaction } from '../db/client'
import { IN_ANY_ORDER } from '../db/in-any-order'
import { conflict, invalid } from '../errors'
import type { Actor } from '../actor'
import { findDeletedKeys } from './deleted-key'
import { findDescendants } from './descendants'
import { findByToken } from './find-by-token'
import { followLine, soFar } from './follow-line'
import { requireFresh } from './fresh'
import { matchingKeys } from './key-filter'
import { lockKeys } from './lock'
import { ANSWER_MS, endNamed, NO_LINE, revokeKeys, revokeLine } from './revoke-keys'
import { verifiedKeys } from './verified-keys'

type Input = RevokeApiKeysBody & {
  /** How long to go on with the descendants before the answer, in milliseconds. */
  patienceMs?: number
}

/**
 * Revokes many keys for good, by ids or by a filter: all of them or none, by default with the live keys that
 * they made. Only if those are thousands, the rest of them is revoked afterwards, part by part. Keys that are
 * revoked already stay as they are and do not count.
 * @throws Refusal `validation_failed` naming `ids` (one is foreign, missing or not the caller's to revoke:
 *   the same answer), `token` (likewise) or `filter` (more match than one call revokes), `conflict` (the number
 *   has changed), `reauthentication_required`
 */
export async function revokeApiKeys(
  actor: Actor,
  { patienceMs = ANSWER_MS, ...input }: Input,
): Promise<RevokedApiKeys> {
  return revokeNamed(actor, await byToken(actor, input), patienceMs)
}

/** A token stands for the id of its key. */
async function byToken(actor: Actor, { token, ...input }: RevokeApiKeysBody): Promise<RevokeApiKeysBody> {
  if (token === undefined) return input
  const id = await findByToken(db(), actor, token)
  if (id === null)
    throw invalid([{ path: 'token', message: 'must be the token of a key that you may revoke' }])
  return { ...input, ids: [id] }
}

async function revokeNamed(
  actor: Actor,
  input: RevokeApiKeysBody,
  patienceMs: number,
): Promise<RevokedApiKeys> {
  if (input.preview) return preview(actor, input)
  requireFresh(actor)
  const until = Date.now() + patienceMs
  const act = (tx: Transaction, most: number) => revokeAll(tx, actor, input, most)
  const show = (named: string[], { revoked, complete }: ReturnType<typeof soFar>): RevokedApiKeys => ({
    count: named.length,
    alsoRevoked: revoked.length,
    preview: false,
    complete,
  })
  const { named, line } = await endNamed(actor, act, (ended) => show(ended.named, soFar(ended.line)))
  verifiedKeys().forget([...named, ...line.revoked])
  return show(named, await followLine(line, until))
}

async function preview(actor: Actor, input: RevokeApiKeysBody): Promise<RevokedApiKeys> {
  const count = await countMatching(db(), actor, input, MAX_COUNTED)
  // No call revokes so many, so nobody needs to know what they made.
  if (count > MAX_REVOKED_AT_ONCE) return { count, alsoRevoked: 0, preview: true }
  const asked = await keysAskedFor(db(), actor, input)
  const live = new Set(idsOf(asked.filter(({ revokedAt }) => revokedAt === null)))
  const find = (tx: Transaction) => findDescendants(tx, actor, idsOf(asked), MAX_COUNTED)
  const { made } = input.descendants ? await db().$transaction(find) : { made: [] }
  const alsoRevoked = new Set(idsOf(made).filter((id) => !live.has(id))).size
  return { count: live.size, alsoRevoked, preview: true }
}

async function revokeAll(tx: Transaction, actor: Actor, input: RevokeApiKeysBody, most: number) {
  const { reason, descendants } = input
  refuseTooManyAtOnce(await countMatching(tx, actor, input, MAX_REVOKED_AT_ONCE + 1))
  const before = await keysAskedFor(tx, actor, input)
  // Before any lock: a caller who guesses the number wrong may ask again, and must not hold up others.
  refuseSurprise(before, input)
  const seen = new Set(idsOf(before))
  await lockKeys(tx, actor.clubId, [...seen])
  // A key that was changed meanwhile may no longer match; one that matches since then was never locked.
  const asked = (await keysAskedFor(tx, actor, input)).filter(({ id }) => seen.has(id))
  refuseSurprise(asked, input)
  const named = await revokeKeys(tx, actor, asked, reason)
  const line = descendants ? await revokeLine(tx, actor, idsOf(asked), { reason, most }) : NO_LINE
  return { named, line }
}

type Asked = Pick<RevokeApiKeysBody, 'ids' | 'filter'>

/**
 * How many a filter matches, before any is read. A club may have a million keys, so it counts up to `most`.
 * Ids are bounded by the contract.
 */
async function countMatching(
  tx: Transaction,
  actor: Actor,
  { ids, filter }: Asked,
  most: number,
): Promise<number> {
  return ids
    ? ids.length
    : tx.apiKey.count({ where: await matchingLive(tx, actor, filter), take: most, orderBy: IN_ANY_ORDER })
}

/** Those of the matching keys that the caller may revoke and that are not revoked yet, as a filter. */
export const matchingLive = async (tx: Transaction, actor: Actor, filter: Asked['filter']) => ({
  AND: [await matchingKeys(actor, 'revoke', filter ?? {}, tx), { revokedAt: null }],
})

type Found = { id: string; revokedAt: Date | null }

/**
 * The keys as they are now; by ids also revoked and deleted ones, since what they made may still be alive.
 */
async function keysAskedFor(tx: Transaction, actor: Actor, { ids, filter }: Asked): Promise<Found[]> {
  const where = ids
    ? { AND: [await matchingKeys(actor, 'revoke', {}, tx), { id: { in: ids } }] }
    : await matchingLive(tx, actor, filter)
  // One more may have been made since they were counted; it is left alone.
  const keys = await tx.apiKey.findMany({
    where,
    select: { id: true, revokedAt: true },
    take: MAX_REVOKED_AT_ONCE,
  })
  if (!ids || keys.length === ids.length) return keys
  const found = idsOf(keys)
  const deleted = await findDeletedKeys(
    tx,
    actor,
    ids.filter((id) => !found.includes(id)),
  )
  if (found.length + deleted.length < ids.length)
    throw invalid([{ path: 'ids', message: 'must all be keys that you may revoke' }])
  return [...keys, ...deleted.map(({ apiKeyId: id, deletedAt }) => ({ id, revokedAt: deletedAt }))]
}

function refuseTooManyAtOnce(count: number): void {
  if (count <= MAX_REVOKED_AT_ONCE) return
  throw invalid([
    {
      path: 'filter',
      message: `matches at least ${amountOf(count, 'key')}, and one call revokes at most ${MAX_REVOKED_AT_ONCE}`,
    },
  ])
}

function refuseSurprise(asked: readonly Found[], { expectedCount }: RevokeApiKeysBody): void {
  const count = asked.filter(({ revokedAt }) => revokedAt === null).length
  if (expectedCount === undefined || count === expectedCount) return
  throw conflict(`It would be ${amountOf(count, 'key')} by now, not ${expectedCount}. Nothing was revoked.`)
}

const idsOf = (keys: readonly { id: string }[]) => keys.map(({ id }) => id)
