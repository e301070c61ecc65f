import type { Metadata } from '@/contracts/metadata'
import type { Role, Scope } from '@/contracts/permissions'
import type { Transaction } from './db/client'
import type { AppAbility } from './permissions/ability'

/** Where a request came from, for the audit log. */
export type Trace = { requestId: string | null; address: string | null; userAgent: string | null }

/** The trace of an act that no request caused. */
export const NOWHERE: Trace = { requestId: null, address: null, userAgent: null }

/**
 * Who acts, in which club, with which rights. Every verb takes one. It is made from a verified credential, or
 * by a command, whose authority is access to the database; never from input.
 */
export type Actor = {
  clubId: string
  /** null: an operator who acts for nobody. */
  userId: string | null
  roles: readonly Role[]
  /** The effective scopes: what this actor may do and hand on. */
  scopes: readonly Scope[]
  ability: AppAbility
  via:
    | {
        kind: 'api_key'
        keyId: string
        keyName: string
        expiresAt: Date | null
        /**
         * The key owner's own notes: no right is ever granted from them. Parsed when read, since few read
         * them.
         */
        readonly metadata: Metadata
      }
    | {
        kind: 'session'
        sessionId: string
        authenticatedAt: Date
        /**
         * Called in the transaction of a change, so that a sign-in that has ended meanwhile changes nothing.
         */
        stillValid?: (tx: Transaction) => Promise<boolean>
      }
    | { kind: 'operator'; label: string }
  trace: Trace
}
