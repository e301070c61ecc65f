import { Refusal } from '../errors'
import { takeLimits } from '../limits/take'
import type { Actor } from '../actor'

/**
 * Acts that make, end or hand out rights need a person who proved who they are within this time, in
 * milliseconds.
 */
const FRESH_MS = 15 * 60 * 1000

/**
 * Whether a person proved who they are recently enough. A time in the future proves nothing; a little of it
 * is allowed, since clocks differ.
 */
export const isFresh = (authenticatedAt: Date): boolean =>
  Math.abs(Date.now() - authenticatedAt.getTime()) <= FRESH_MS

/**
 * For acts that make, end or hand out rights: a session left open on a desk is not enough. Keys and operators
 * pass; their credential is on every request.
 * @throws Refusal `reauthentication_required`
 */
export function requireFresh({ via }: Actor): void {
  if (via.kind !== 'session' || isFresh(via.authenticatedAt)) return
  throw new Refusal(
    'reauthentication_required',
    'Sign in again to do this: your sign-in is more than 15 minutes old.',
  )
}

/** How many keys an old sign-in may disable within that time. */
const BRAKES = 5

/**
 * For disabling a key, which a fresh sign-in can undo: ending an attack must not wait for a password, since
 * others can slow sign-ins down. But a stolen session must not stop a whole club, so the number is bounded.
 * @throws Refusal `reauthentication_required`
 */
export async function requireFreshOrBrake(actor: Actor): Promise<void> {
  const { via } = actor
  if (via.kind !== 'session' || isFresh(via.authenticatedAt)) return
  const id = `not fresh:${via.sessionId}`
  const { allowed } = await takeLimits([
    { name: 'endings', id, limit: BRAKES, windowSeconds: FRESH_MS / 1000 },
  ])
  if (!allowed)
    throw new Refusal(
      'reauthentication_required',
      `Sign in again to disable more keys: your sign-in is more than 15 minutes old, and has disabled ${BRAKES}.`,
    )
}
