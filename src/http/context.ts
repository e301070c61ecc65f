import { randomUUID } from 'node:crypto'
import type { Operation } from '@/contracts/operation'
import { keyActor, type Actor, type Trace } from '@/lib/auth/actor'
import { countUnder } from '@/lib/limits/changes'
import type { Limit, Standing } from '@/lib/limits/limit'
import { redact } from '@/lib/redact'
import { clientAddress } from './client-address'
import { CONTEXT_HEADER } from './headers'
import {
  countsOf,
  headerOf,
  noteCounted,
  receivedOf,
  statementOf,
  takeCount,
  type Received,
} from './incoming'
import {
  admitToken,
  missingCredentials,
  presentedToken,
  verifyToken,
  type Admitted,
  type Presented,
} from './key'
import { limitsOf, makingBy } from './limits-met'
import { pathOf } from './path'
import { sessionCaller } from './session'
import { readCounts, readStatement } from './statement'

/** A request whose caller is known, and how the limits stand that it was counted under. */
export type AuthContext = { actor: Actor; requestId: string; standings: readonly Standing[] }

/**
 * Who calls: from the middleware's statement if it was made for this very request, else from the request's
 * own credential, verified afresh (in-route mode); a session only where no credential is presented. The only
 * way a handler learns a club; the plain `x-api-key-*` headers prove nothing.
 * @throws Refusal `missing_credentials` | `invalid_request` | `invalid_token` | `rate_limited`; for a session
 *   also `forbidden` | `not_found`
 */
export const getAuthContext = async (request: Request): Promise<AuthContext> =>
  counted(await callerOf(request))

/** The same for callers that then count the operation: nothing has counted a session's call yet. */
export async function callerOf(request: Request): Promise<AuthContext> {
  const presented = presentedToken(request)
  if (presented !== null) return keyContext(request, presented)
  const trace = traceOf(request, randomUUID())
  const actor = await sessionCaller(request, trace)
  if (!actor) throw missingCredentials()
  return { actor, requestId: trace.requestId, standings: [] }
}

/**
 * Counts the call under every limit that has not counted it yet: a session's, and those of changes.
 * @throws RateLimited
 */
export const counted = (auth: AuthContext, operation?: Operation): Promise<AuthContext> =>
  countedUnder(auth, limitsOf(auth.actor, operation))

/** Counts the call as one that makes something. @throws RateLimited */
export const countedAsMaking = (auth: AuthContext): Promise<AuthContext> =>
  countedUnder(auth, makingBy(auth.actor))

async function countedUnder(auth: AuthContext, limits: readonly Limit[]): Promise<AuthContext> {
  const due = limits.filter((limit) => !auth.standings.some(({ name }) => name === limit.name))
  if (due.length === 0) return auth
  return { ...auth, standings: [...auth.standings, ...(await countUnder(due))] }
}

async function keyContext(request: Request, presented: Presented): Promise<AuthContext> {
  const { received, digest } = presented
  const statement = statementOf(received, digest) ?? headerOf(request, received, CONTEXT_HEADER)
  const stated = statement === null ? null : readStatement(request, digest, statement)
  if (stated) takeCount(received, digest, pathOf(request))
  const { key, standings } = stated ?? (await verifyAfresh(request, presented, statement))
  const trace = traceOf(request, stated?.requestId ?? randomUUID(), received)
  return { actor: keyActor(key, trace), requestId: trace.requestId, standings }
}

/**
 * A statement that a change has overtaken no longer says who calls, but still that this request was counted.
 */
async function verifyAfresh(
  request: Request,
  presented: Presented,
  statement: string | null,
): Promise<Admitted> {
  const { received, digest } = presented
  const standings =
    (statement === null ? null : readCounts(request, digest, statement)) ??
    countsOf(received, digest, pathOf(request))
  if (standings) return { key: await verifyToken(request, presented), standings }
  const admitted = await admitToken(request, presented)
  // Counted for itself: the count of the message stays that of its first path.
  if (received && !received.admitted) noteCounted(received, digest, pathOf(request), admitted.standings)
  return admitted
}

/**
 * What the audit log keeps of where a request came from. Read by the few requests that leave a record, and
 * not before; but of the message that is known now: a callback of somebody else's may read it.
 */
export const traceOf = (
  request: Request,
  requestId: string,
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
    return clientAddress(this.#request, this.#received)
  }

  get userAgent(): string | null {
    return redact(this.#request.headers.get('user-agent')?.slice(0, 512) ?? '') || null
  }
}
