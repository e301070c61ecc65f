import type { FieldError, ProblemCode } from '@/contracts/problem'
import type { Scope } from '@/contracts/permissions'

/**
 * What a verb throws when it refuses. `code` is stable and mapped to HTTP once, in `http/problem.ts`;
 * `message` is for the caller to read.
 */
export class Refusal extends Error {
  override name = 'Refusal'
  constructor(
    readonly code: ProblemCode,
    message: string,
    readonly errors?: FieldError[],
    /** The scopes that would have allowed it (RFC 6750 §3). */
    readonly scope?: readonly Scope[],
    /** Further members of the problem document (RFC 9457 §3.2). */
    readonly members?: { replacedById: string },
  ) {
    super(message)
  }
}

/** For a page's act that needs somebody who is signed in. */
export const signedOut = () => new Refusal('missing_credentials', 'You have been signed out. Sign in again.')
/** The same words for a foreign id and a missing one: a difference would reveal that the id exists. */
export const notFound = () => new Refusal('not_found', 'No such resource.')
export const conflict = (message: string) => new Refusal('conflict', message)
/**
 * Only the winner of a rotation gets the token: everybody else, also after a lost answer, goes on from the
 * successor.
 */
export const alreadyReplaced = (replacedById: string) =>
  new Refusal(
    'conflict',
    `This key was rotated already, to ${replacedById}. If that one’s token was lost, rotate it in turn.`,
    undefined,
    undefined,
    { replacedById },
  )
export const forbidden = (message: string, scope?: readonly Scope[]) =>
  new Refusal('forbidden', message, undefined, scope)
export const insufficientScope = (scope: readonly Scope[]) =>
  new Refusal('insufficient_scope', `This needs the scope ${scope.join(' ')}.`, undefined, scope)
export const invalid = (errors: FieldError[]) =>
  new Refusal('validation_failed', 'The input is not valid.', errors)
export const unavailable = () =>
  new Refusal('unavailable', 'The service cannot answer right now. Try again shortly.')
