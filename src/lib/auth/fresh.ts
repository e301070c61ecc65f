import { Refusal } from '../errors'
import type { Actor } from './actor'

/** How long ago a person may have proven who he is to make, end or hand out rights, in milliseconds. */
const FRESH_MS = 15 * 60 * 1000

/** Whether a person proved who he is recently enough. */
export const isFresh = (authenticatedAt: Date): boolean => Date.now() - authenticatedAt.getTime() <= FRESH_MS

/**
 * For acts that make, end or hand out rights: a session left open on somebody's desk is not enough. Keys and
 * operators pass; their credential is on every request.
 * @throws Refusal `reauthentication_required`
 */
export function requireFresh(actor: Actor): void {
  if (actor.via.kind !== 'session' || isFresh(actor.via.authenticatedAt)) return
  throw new Refusal(
    'reauthentication_required',
    'Sign in again to do this: your sign-in is more than 15 minutes old.',
  )
}
