import type { ApiKey, API_KEY_COLUMNS, ListApiKeysQuery } from '@/contracts/api-key'
import type { Actor } from '../actor'
import { wholeList } from '../whole-list'
import { listApiKeys } from './list-api-keys'

/**
 * Every key that the list with this query has, in its order, part by part.
 * @param mayReadOn asked before each further part
 * @throws Refusal `unavailable` where the caller may no longer read on
 */
export async function* exportApiKeys(
  actor: Actor,
  { limit: _limit, cursor: _cursor, count: _count, ...query }: ListApiKeysQuery,
  mayReadOn: () => Promise<boolean>,
): AsyncGenerator<{ flat: FlatKey; whole: ApiKey }[]> {
  const parts = wholeList((page) => listApiKeys(actor, { ...query, ...page }), mayReadOn)
  for await (const part of parts) yield part.map((whole) => ({ flat: flatKey(whole), whole }))
}

/** A key as a line of a table; lists and nested values become one text each. */
type FlatKey = Record<(typeof API_KEY_COLUMNS)[number], string | boolean | null>
const flatKey = (key: ApiKey): FlatKey => ({
  id: key.id,
  name: key.name,
  start: key.start,
  last4: key.last4,
  imported: key.imported,
  status: key.status,
  scopes: key.scopes.join(' '),
  ownerId: key.owner.id,
  ownerName: key.owner.name,
  ownerKind: key.owner.kind,
  createdAt: key.createdAt,
  expiresAt: key.expiresAt,
  lastUsedAt: key.lastUsedAt,
  revokedAt: key.revokedAt,
  revokedReason: key.revokedReason,
  createdByKeyId: key.createdByKeyId,
  rotatedFromId: key.rotatedFromId,
  replacedById: key.replacedById,
  allowedCidrs: key.allowedCidrs && key.allowedCidrs.join(' '),
  metadata: JSON.stringify(key.metadata),
})
