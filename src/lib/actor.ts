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
    /** The system acts by itself: upon a report that a token was found, say. */
    | { kind: 'operator' | 'system'; label: string }
  trace: Trace
  /** What its request's Idempotency-Key asks for, where it has one: see `changing`. */
  once?: Once
}

/** A change that is made once, however often its caller asks for it under one Idempotency-Key. */
export type Once = {
  /** Whose Idempotency-Key it is: a key or a sign-in, by id. */
  credential: string
  /** SHA-256 of club, credential and Idempotency-Key: all that is kept of the latter. */
  digest: Buffer
  /** HMAC-SHA256 of method, path and body, under the Idempotency-Key: its body may hold what nobody may guess. */
  fingerprint: Buffer
  /** An answer as it is sent. */
  shape: (answer: unknown) => unknown
  /** The fields of the answer that hold a secret. */
  shownOnce: readonly string[]
  /** Encrypts tokens so that only the same request of the same caller opens them; null: it has nothing to do so with. */
  seal: (tokens: string) => Buffer | null
  /** @returns null for what it did not seal */
  unseal: (sealed: Uint8Array) => string | null
  /** What was recorded of the answer. */
  recorded?: string
}

/** Whoever holds a stolen key must not learn by it which others are traps. */
export const seesHoney = ({ via }: Pick<Actor, 'via'>): boolean => via.kind !== 'api_key'
