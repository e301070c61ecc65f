import { Refusal } from '@/lib/errors'
import type { RateLimitStatus } from '@/lib/limits/limit'
import type { Call, Note } from './call'

// An app's middleware may change the headers, and an app may ask who calls more than once. What the message
// itself remembers keeps one request from being verified and counted twice.

/** Notes that a message that no door has seen was counted for this call. */
export function noteCounted({ received, digest, path }: Call, rateLimits: readonly RateLimitStatus[]): void {
  if (received && !received.note) received.note = { digest, context: null, rateLimits, countedFor: path }
}

/** What is noted with the message of a call about its credential. */
export function noteOf({ received, digest }: Call): Note | null {
  const note = received?.note
  return note?.digest === digest ? note : null
}

/** The count of this message is taken: any other path that is called with its token counts for itself. */
export function takeCount(call: Call): void {
  const note = noteOf(call)
  if (note) note.countedFor ??= call.path
}

/**
 * The status of the limits under which this message was counted, for one path besides the one that it was
 * counted for: a handler that calls others with the credential of its own caller does not call them for
 * nothing.
 */
export function countNoted(call: Call): readonly RateLimitStatus[] | null {
  const note = noteOf(call)
  if (!note) return null
  note.countedFor ??= call.path
  return note.countedFor === call.path ? note.rateLimits : null
}

/**
 * Notes why a call was refused: if it is asked about again, the answer is the same, and nothing counts twice.
 */
export function noteRefused(call: Call, thrown: unknown): void {
  if (!call.received || !(thrown instanceof Refusal) || thrown.code === 'unavailable') return
  call.received.refused = { call, refusal: thrown }
}

/**
 * A token that was no good is none at any path of the same message; limits of one path say nothing of
 * another.
 * @throws Refusal where this very message was refused with the same credential before
 */
export function refuseAgain({ received, digest, method, path }: Call): void {
  if (received?.refused === undefined) return
  const { call, refusal } = received.refused
  const isSame = call.method === method && call.path === path
  if (call.digest === digest && (isSame || refusal.code === 'invalid_token')) throw refusal
}
