import type { Role, Scope } from '@/contracts/permissions'
import type { Rate } from '../limits/limit'
import type { AddressList } from './address-list'

/** A key that was good when it was looked up. */
export type VerifiedKey = {
  id: string
  name: string
  /** Whether its token was made elsewhere. */
  imported: boolean
  clubId: string
  clubSlug: string
  userId: string
  /** The owner's live roles in the club. */
  roles: readonly Role[]
  /** The key's own scopes, before they are cut down to the roles. */
  scopes: readonly Scope[]
  /** In seconds since 1970. */
  madeAt: number
  expiresAt: Date | null
  /** Where it may be used from; null: anywhere. */
  allowedCidrs: AddressList | null
  /** Its own, or its club's default. */
  rateLimit: Rate
  /** What all keys of its club may do together. */
  clubRateLimit: Rate
  /** Its owner's own notes, as JSON text: no right is ever granted from them. */
  metadata: string
}

export type RefusedFor = 'unknown' | 'malformed' | 'expired' | 'revoked' | 'disabled' | 'owner_gone' | 'honey'

/**
 * What verifying a token yields. The reason is for operators; callers of the API get one answer for all of
 * them. `keyId` is there when the token is that of a known key, so that what is tried with a dead key stays
 * visible.
 */
export type Verification = { ok: true; key: VerifiedKey } | { ok: false; reason: RefusedFor; keyId?: string }
