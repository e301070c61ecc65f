import type { IncomingMessage, ServerResponse } from 'node:http'
import { settings } from '@/lib/settings'
import { invalid, notFound, signedOut, unavailable } from '@/lib/errors'
import { MAX_BODY_BYTES, refuseCoded, tooLarge } from '../body'
import { requireOwnOrigin } from '../session'
import { ACTION_HEADER, FORWARDED_HEADER } from './action-headers'
import { findAction } from './action-list'
import { isPlainPayload } from './action-payload'
import { Lanes } from './lanes'
import { whenOver } from './when-over'
import { claimedSession, cookieOf, type Queue } from './whose-turn'

/** Enough for a link's secret and a password, which people send who are not signed in. */
const SIGNED_OUT_BYTES = 4 * 1024

/** Of strangers together, and of each sign-in: a stolen one, though ended, takes nothing from another. */
const lanes = { strangers: new Lanes({ each: 32, all: 32 }), signedIn: new Lanes({ each: 8, all: 64 }) }

/**
 * Checks an action's headers: our Origin, an id that the build knows, a session cookie unless anyone may call
 * it, and a body that is not compressed. The framework checks none of this before it decodes the arguments.
 * @throws Refusal
 */
export function lookAtAction(message: IncomingMessage): void {
  requireOwnOrigin(new Headers({ origin: message.headers.origin ?? '' }))
  const action = findAction(String(message.headers[ACTION_HEADER]))
  if (!action) throw notFound()
  if (!action.open && cookieOf(message) === null) throw signedOut()
  refuseCoded(message.headers['content-encoding'] ?? null)
  if (Number(message.headers['content-length'] ?? 0) > sizeLimitOf(message))
    throw tooLarge(sizeLimitOf(message))
}

/** In bytes. A session cookie is taken at its word here, and checked once the body is there. */
export const sizeLimitOf = (message: IncomingMessage): number =>
  cookieOf(message) === null ? SIGNED_OUT_BYTES : MAX_BODY_BYTES

/**
 * Lets an action through once its body is complete: with a valid session, or if anyone may call it; with
 * arguments as our pages send them; and only so many at once.
 * @returns the queue that it waits in
 * @throws Refusal
 */
export async function admitAction(
  message: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
): Promise<Queue> {
  const sessionId = await claimedSession(message)
  const { headers } = message
  if (sessionId === null && !findAction(String(headers[ACTION_HEADER]))?.open) throw signedOut()
  if (sessionId === null && body.length > SIGNED_OUT_BYTES) throw tooLarge(SIGNED_OUT_BYTES)
  if (!isPlainPayload(body, headers['content-type'] ?? ''))
    throw invalid([{ path: '', message: 'is not what this action is called with' }])
  const [lane, whose] = sessionId === null ? [lanes.strangers, ''] : [lanes.signedIn, sessionId]
  if (!lane.enter(whose)) throw unavailable()
  whenOver(message, response, () => lane.leave(whose))
  // For a page that does not own the action, the framework would send itself a request, and the client's
  // address would be its own.
  headers[FORWARDED_HEADER] = '1'
  // The framework compares the Origin with these, and knows no other name of ours.
  headers['x-forwarded-host'] = new URL(settings().url).host
  return sessionId === null ? 'rest' : 'acts'
}
