import { subject } from '@casl/ability'
import type { Scope } from '@/contracts/permissions'
import type { Transaction } from '../db/client'
import { conflict, forbidden, invalid } from '../errors'
import type { CountMaking } from '../limits/changes'
import { keptKeyRate } from '../limits/rate'
import type { Actor } from '../actor'
import { AddressList } from './address-list'
import { isLive, ownerNow, type ApiKeyRow } from './api-key-view'
import { keyLifetime } from './key-lifetime'
import { liveMaker } from './live-maker'
import { holdPolicy, requireMakingOf } from './making-policy'
import { mayReceive, requireHolding } from './receiver'
import { requireShortLife } from './weak-token'

type Asked = {
  expiresAt: Date | null | undefined
  /** The scopes of the key after the change. */
  scopes: readonly Scope[]
  countMaking: CountMaking
}

/**
 * The new end of a live key. Everybody who may revoke the key may end it earlier. A later end must lie within
 * the club's policy, and the caller must be allowed to receive the key and hold its scopes. A key makes none
 * live longer than itself, and nobody a weak imported one.
 * @returns undefined where the end stays
 * @throws Refusal `conflict` (it has ended, or ends after its rotation), `validation_failed` naming
 *   `expiresAt`, `forbidden` | `insufficient_scope`
 */
export async function changedEnd(
  tx: Transaction,
  actor: Actor,
  before: ApiKeyRow,
  { expiresAt: asked, scopes, countMaking }: Asked,
): Promise<Date | null | undefined> {
  if (asked === undefined || asked?.getTime() === before.expiresAt?.getTime()) return undefined
  if (!isLive(before)) throw conflict('This key has ended: it cannot begin again. Make a new one.')
  if (asked && (!before.expiresAt || asked < before.expiresAt)) return requireEarlier(actor, before, asked)
  if (before.replacedById) throw conflict('This key was rotated, and ends with its grace.')
  if (!mayReceive(actor, ownerNow(before)))
    throw forbidden(
      'Only its owner can let a key live longer; a service account’s, an admin who is signed in.',
    )
  await requireShortLife(tx, actor.clubId, before, asked)
  const maker = await liveMaker(tx, actor)
  const club = await holdPolicy(tx, actor)
  const expiresAt = keyLifetime(maker, club, asked, { madeAt: before.createdAt })
  requireHolding(maker, {
    scopes,
    expiresAt,
    allowedCidrs: AddressList.kept(before.allowedCidrs),
    rateLimit: keptKeyRate(before),
  })
  await requireMakingOf(tx, maker, before, scopes)
  await countMaking()
  return expiresAt
}

function requireEarlier({ clubId, ability }: Actor, { owner }: ApiKeyRow, asked: Date): Date {
  if (!ability.can('revoke', subject('ApiKey', { clubId, userId: owner.userId } as never)))
    throw forbidden('Only who may revoke a key can bring its end forward.')
  if (asked.getTime() <= Date.now())
    throw invalid([{ path: 'expiresAt', message: 'must be in the future; revoke the key to end it now' }])
  return asked
}
