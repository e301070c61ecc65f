import type { Actor } from '../actor'
import { db, type Transaction } from '../db/client'
import { Refusal } from '../errors'
import { keptKeyRate } from '../limits/rate'
import { keptScopes } from '../permissions/scopes'
import { AddressList } from './address-list'
import { apiKeySelect, liveKeys, ownerNow, type ApiKeyRow } from './api-key-view'
import { liveMaker, type LiveMaker } from './live-maker'
import { mayReceive, requireHolding } from './receiver'

/**
 * Those of these keys whose tokens this caller could receive now, as they once did: keys that work, with no
 * rights beyond those that the caller still has. The caller's own end does not matter: a key that rotated
 * itself ends sooner than its successor.
 * @throws Refusal `invalid_token`, `not_found`, `forbidden` where the caller is not what they were
 */
export async function receivableAgain(actor: Actor, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  return db().$transaction(async (tx: Transaction) => {
    const maker = await liveMaker(tx, actor)
    const rows = await tx.apiKey.findMany({
      // A honeykey never works, and its token is of use all the same.
      where: {
        AND: [liveKeys(), { OR: [{ disabledAt: null }, { honey: true }] }],
        ...{ clubId: actor.clubId, id: { in: [...ids] } },
      },
      select: apiKeySelect,
    })
    return new Set(rows.filter((row) => isWithin(maker, row)).map(({ id }) => id))
  })
}

function isWithin(maker: LiveMaker, row: ApiKeyRow): boolean {
  if (!mayReceive(maker, ownerNow(row))) return false
  const expiresAt = maker.via.kind === 'api_key' ? maker.via.expiresAt : row.expiresAt
  const allowedCidrs = AddressList.kept(row.allowedCidrs)
  try {
    requireHolding(maker, {
      scopes: keptScopes(row.scopes),
      expiresAt,
      allowedCidrs,
      rateLimit: keptKeyRate(row),
    })
    return true
  } catch (error) {
    if (error instanceof Refusal) return false
    throw error
  }
}
