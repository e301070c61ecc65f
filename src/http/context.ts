import type { Operation } from '@/contracts/operation'
import type { Actor, Trace } from '@/lib/actor'
import { keyActor } from '@/lib/auth/actor'
import { guessesOf } from '@/lib/auth/introspect-token'
import { countUnder } from '@/lib/limits/changes'
import { countGuessUnder } from '@/lib/limits/guesses'
import type { Limit, RateLimitStatus } from '@/lib/limits/limit'
import { userAgentKept } from '@/lib/user-agent'
import type { Call, Received, SignedContext, VerifiedRequest } from './call'
import { countNoted, noteCounted, noteOf, refuseAgain, takeCount } from './call-note'
import { addressOf } from './client-address'
import { missingCredentials, readCall } from './credential'
import { CONTEXT_HEADER } from './headers'
import { headerOf, receivedOf, requestIdOf } from './incoming'
import { limitsOf, makingBy } from './limits-met'
import { pathInApp } from './path'
import { sessionCaller } from './session'
import { isCurrent, isFor, readContext } from './signed-context'
import { verifyAtOnce, verifyRequest } from './verify-request'

/** A request whose caller is known, and the status of the limits that it was counted under. */
export type AuthContext = { actor: Actor; requestId: string; rateLimits: readonly RateLimitStatus[] }

/**
 * Who calls. From the signed context if the door made it for this very request; else from the request's own
 * credential, which is verified again (in-route mode); from a session only where no credential is presented.
 * A handler learns its club in no other way: the plain `x-api-key-*` headers prove nothing.
 * @throws Refusal `missing_credentials` | `invalid_request` | `invalid_token` | `rate_limited`; for a session
 *   also `forbidden` | `not_found`
 */
export const getAuthContext = async (request: Request): Promise<AuthContext> =>
  countCall(await callerOf(request))

/**
 * As `getAuthContext`, for callers that count the operation afterwards: a session's call is not counted yet.
 */
export async function callerOf(request: Request): Promise<AuthContext> {
  const call = readCall(request, pathInApp(request))
  if (call !== null) return keyContext(request, call)
  const trace = traceOf(request)
  const actor = await sessionCaller(request, trace)
  if (!actor) throw missingCredentials()
  const received = receivedOf(request)
  if (received) received.caller = actor
  return { actor, requestId: trace.requestId, rateLimits: [] }
}

/**
 * Counts the call under every limit that has not counted it yet: a session's, and those of changes.
 * @throws RateLimited
 */
export const countCall = (auth: AuthContext, operation?: Operation): Promise<AuthContext> =>
  countedUnder(auth, limitsOf(auth.actor, operation))

/** Counts the call as one that makes something. @throws RateLimited */
export const countAsMaking = (auth: AuthContext): Promise<AuthContext> =>
  countedUnder(auth, makingBy(auth.actor))

/** Counts a token that the caller asked about, and that is not active. @throws RateLimited */
export async function countAsGuess(auth: AuthContext): Promise<AuthContext> {
  return { ...auth, rateLimits: [...auth.rateLimits, ...(await countGuessUnder(guessesOf(auth.actor)))] }
}

async function countedUnder(auth: AuthContext, limits: readonly Limit[]): Promise<AuthContext> {
  const due = limits.filter((limit) => !auth.rateLimits.some(({ name }) => name === limit.name))
  if (due.length === 0) return auth
  return { ...auth, rateLimits: [...auth.rateLimits, ...(await countUnder(due))] }
}

async function keyContext(request: Request, call: Call): Promise<AuthContext> {
  refuseAgain(call)
  const context = contextOf(request, call)
  if (context && isCurrent(context)) {
    takeCount(call)
    return contextOfKey(request, call, context, context.requestId)
  }
  const counted = context?.rateLimits ?? countNoted(call)
  const verified = (counted ? null : verifyAtOnce(call)) ?? (await verifyRequest(call, counted))
  // Counted separately: the message's own count is that of its first path.
  if (!counted) noteCounted(call, verified.rateLimits)
  return contextOfKey(request, call, verified, requestIdOf(request))
}

/** What the door found out about this very request. The message remembers it, or else a header says it. */
function contextOf(request: Request, call: Call): SignedContext | null {
  const note = noteOf(call)
  if (note) return note.context && isFor(note.context, call) ? note.context : null
  const header = headerOf(request, call.received, CONTEXT_HEADER)
  return header === null ? null : readContext(call, header)
}

function contextOfKey(
  request: Request,
  { received }: Call,
  { key, rateLimits }: VerifiedRequest,
  requestId: string,
): AuthContext {
  const trace = traceOf(request, requestId, received)
  return { actor: keyActor(key, trace), requestId, rateLimits }
}

/**
 * What the audit log keeps of where a request came from. Read only for the few requests that leave a record;
 * but from the message that is known now, since another app's callback may read it later.
 */
export const traceOf = (
  request: Request,
  requestId = requestIdOf(request),
  received = receivedOf(request),
): Trace & { requestId: string } => new RequestTrace(request, requestId, received)

class RequestTrace {
  readonly #request: Request
  readonly #received: Received | undefined

  constructor(
    request: Request,
    readonly requestId: string,
    received: Received | undefined,
  ) {
    this.#request = request
    this.#received = received
  }

  get address(): string | null {
    return addressOf(this.#received)
  }

  get userAgent(): string | null {
    return userAgentKept(this.#request.headers.get('user-agent'), 512)
  }
}
