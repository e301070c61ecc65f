import type { Role, Scope } from '@/contracts/permissions'
import { forbidden, insufficientScope } from '../errors'
import type { Rate } from '../limits/limit'
import { isAdmin, scopesOf } from '../permissions/scopes'
import type { Actor } from '../actor'
import { AddressList } from './address-list'
import { rateIsWithin } from './key-rate'
import type { LiveMaker } from './live-maker'

/** The owner of a key, or of one to be made: a member, read live, whose roles limit what the key can do. */
export type Owner = { userId: string; kind: 'user' | 'service'; roles: readonly Role[] }

/** The key as it will be after the act. */
type Resulting = {
  scopes: readonly Scope[]
  expiresAt: Date | null
  allowedCidrs: AddressList | null
  rateLimit: Rate | null
}

/**
 * Whether this caller may see a token of this owner's. Only the owner receives a person's; an admin who is
 * signed in receives those of the club's service accounts. Operators have access to the database anyway: they
 * act for the member they named, or for any.
 */
export function mayReceive({ via, userId, roles }: Actor, owner: Pick<Owner, 'userId' | 'kind'>): boolean {
  if (owner.userId === userId) return true
  if (via.kind === 'operator') return userId === null
  return via.kind === 'session' && owner.kind === 'service' && isAdmin(roles)
}

/**
 * To receive a token or widen a key, a caller needs every resulting scope, and a key gives nothing that goes
 * beyond itself.
 * @param maker from `liveMaker`, so that rights taken from a key since its request was verified do not count
 * @throws Refusal `insufficient_scope` | `forbidden`
 */
export function requireHolding(
  maker: LiveMaker,
  { scopes, expiresAt, allowedCidrs, rateLimit }: Resulting,
): void {
  const missing = beyond(scopes, maker.scopes)
  if (beyond(missing, scopesOf(maker.roles)).length > 0)
    throw forbidden(`Your roles do not grant ${missing.join(' ')}.`, missing)
  if (missing.length > 0) throw insufficientScope(missing)
  const ends = maker.via.kind === 'api_key' ? maker.via.expiresAt : null
  if (ends && (!expiresAt || expiresAt > ends))
    throw forbidden('A key cannot give rights to a key that lives longer than itself.')
  if (!AddressList.within(allowedCidrs, maker.allowedCidrs))
    throw forbidden('A key cannot give rights to a key that works from other addresses.')
  if (!rateIsWithin(rateLimit, maker.rateBound))
    throw forbidden('A key cannot give rights to a key that may make more calls.')
}

/**
 * A key gets nothing that its owner's live roles do not grant: it would wait there until the owner is
 * promoted.
 * @throws Refusal `forbidden`
 */
export function requireOwnersRoles({ roles }: Owner, scopes: readonly Scope[]): void {
  const missing = beyond(scopes, scopesOf(roles))
  if (missing.length > 0) throw forbidden(`The owner's roles do not grant ${missing.join(' ')}.`, missing)
}

/** Those of `wanted` that are not among `held`. */
const beyond = (wanted: readonly Scope[], held: readonly Scope[]): Scope[] =>
  wanted.filter((scope) => !held.includes(scope))
