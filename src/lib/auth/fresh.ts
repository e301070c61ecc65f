import { Refusal } from '../errors'
import { takeLimits } from '../limits/take'
import type { Actor } from './actor'

/** How long ago a person may have proven who they are to make, end or hand out rights, in milliseconds. */
const FRESH_MS = 15 * 60 * 1000

/**
 * Whether a person proved who they are recently enough. A time to come proves nothing, but that clocks
 * differ.
 */
export const isFresh = (authenticatedAt: Date): boolean =>
  Math.abs(Date.now() - authenticatedAt.getTime()) <= FRESH_MS

/**
 * For acts that make, end or hand out rights: a session left open on somebody's desk is not enough. Keys and
 * operators pass; their credential is on every request.
 * @throws Refusal `reauthentication_required`
 */
export function requireFresh({ via }: Actor): void {
  if (via.kind !== 'session' || isFresh(via.authenticatedAt)) return
  throw new Refusal(
    'reauthentication_required',
    'Sign in again to do this: your sign-in is more than 15 minutes old.',
  )
}

/** How many keys a sign-in that is not fresh may disable within that time. */
const BRAKES = 5

/**
 * For disabling a key, which a fresh sign-in undoes: ending an attack must not wait for a password, which
 * others can slow. But a stolen session must not bring a club to a standstill, so there is an end to it.
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
