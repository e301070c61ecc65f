import type { Scope } from '@/contracts/permissions'
import type { Transaction } from '../db/client'
import { Refusal } from '../errors'
import { clubsKeyRate, keptKeyRate } from '../limits/rate'
import type { Actor } from '../actor'
import { AddressList } from './address-list'
import type { RateBound } from './key-rate'
import { requireStillValid } from './still-valid'

/**
 * Who makes or widens a key, read at that moment. A key's own addresses and rate bound what it hands on
 * (null: no bound, or no key).
 */
export type LiveMaker = Actor & { allowedCidrs: AddressList | null; rateBound: RateBound | null }

type Row = {
  scopes: Scope[]
  expiresAt: Date | null
  allowedCidrs: string | null
  rateLimit: number | null
  rateWindow: number | null
  keyRateLimit: number | null
  keyRateWindow: number | null
}

/**
 * The caller as they are now. Their key may have been ended, narrowed or shortened after this request was
 * verified: it hands out only what it still has, or the person who ended it would miss what it made later.
 * Locks the key until the commit.
 * @throws Refusal `invalid_token`; for a session `not_found` | `forbidden`
 */
export async function liveMaker(tx: Transaction, actor: Actor): Promise<LiveMaker> {
  await requireStillValid(tx, actor)
  const { via } = actor
  if (via.kind !== 'api_key') return { ...actor, allowedCidrs: null, rateBound: null }
  const [key] = await tx.$queryRaw<Row[]>`
    SELECT k."scopes", k."expiresAt", k."allowedCidrs", k."rateLimit", k."rateWindow", p."keyRateLimit", p."keyRateWindow"
    FROM "ApiKey" k LEFT JOIN "ClubPolicy" p ON p."clubId" = k."clubId"
    WHERE k."id" = ${via.keyId}::uuid AND k."clubId" = ${actor.clubId} AND k."revokedAt" IS NULL AND k."disabledAt" IS NULL
    FOR SHARE OF k`
  if (!key || (key.expiresAt && key.expiresAt <= new Date()))
    throw new Refusal('invalid_token', 'The access token is not valid.')
  const scopes = actor.scopes.filter((scope) => key.scopes.includes(scope))
  const rateBound = { own: keptKeyRate(key), clubs: clubsKeyRate(key) }
  return {
    ...actor,
    scopes,
    via: { ...via, expiresAt: key.expiresAt },
    allowedCidrs: AddressList.kept(key.allowedCidrs),
    rateBound,
  }
}
