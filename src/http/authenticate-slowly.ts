import { floor } from '@/lib/db/floor'
import { notFound, unavailable } from '@/lib/errors'
import type { RateLimitStatus } from '@/lib/limits/limit'
import type { Authenticated, Call, VerifiedRequest } from './call'
import { noteOf, noteRefused, refuseAgain } from './call-note'
import { missingCredentials, readCall } from './credential'
import { answerPreflight } from './cross-origin'
import { foreignToken, seemsOurs } from './foreign'
import { handOn, stripped } from './hand-on'
import { host, PROBES } from './host'
import { requestIdOf } from './incoming'
import { pathInApp } from './path'
import { isPreflight } from './preflight'
import { problemResponse } from './problem'
import { reportInstead } from './report'
import { presentedCookie } from './session-credential'
import { isFor, signContext } from './signed-context'
import { verifyRequest } from './verify-request'

/** The door for every request: it asks the database and Redis, refuses, and knows requests without a key. */
export async function authenticateSlowly(request: Request): Promise<Authenticated> {
  const requestId = requestIdOf(request)
  try {
    return await letIn(request, requestId)
  } catch (error) {
    return reportInstead(request, error, requestId) ?? { refusal: problemResponse(request, error, requestId) }
  }
}

async function letIn(request: Request, requestId: string): Promise<Authenticated> {
  const path = pathInApp(request)
  const need = needAt(request, path)
  const preflight = answerPreflight(request)
  if (preflight) return { refusal: preflight }
  if (need === 'nothing') return { headers: stripped(request) }
  const call = readCall(request, path)
  if (call === null && !mayComeWithout(request)) throw missingCredentials()
  // Another app may call the door by hand, and then once more.
  const before = call && noteOf(call)?.context
  const counted = before && isFor(before, call) ? before.rateLimits : null
  const verified = call && (await verifyOnce(call, counted))
  if (need === 'caller of nothing') throw notFound()
  return verified ? handOn(request, signContext(call, verified, requestId)) : { headers: stripped(request) }
}

/** Where the door only reports, the handler asks about the same call again. @throws Refusal */
async function verifyOnce(call: Call, counted: readonly RateLimitStatus[] | null): Promise<VerifiedRequest> {
  refuseAgain(call)
  try {
    return await verifyRequest(call, counted)
  } catch (error) {
    noteRefused(call, error)
    throw error
  }
}

/**
 * What a request needs of the door: a caller, also where they are told afterwards that nothing is there; or
 * nothing, so that it is only stripped.
 */
type Need = 'caller' | 'caller of nothing' | 'nothing'

/**
 * In another app, a key of ours is looked at wherever it is sent: a path that the door was not told of may be
 * rewritten to a handler that trusts it.
 *
 * A process of a release that the database has outrun answers nobody but probes. In another app it verifies
 * no key and no session, and leaves the rest to that app.
 * @throws Refusal `unavailable` | `not_found`
 */
function needAt(request: Request, path: string): Need {
  const { ownPages, passesOthers, keyed, open } = host()
  if (ownPages && !PROBES.includes(path) && floor().isOutrun()) throw unavailable()
  const decoded = decodedPath(path)
  // Where a path is spelled so that it means another one, too, the stricter reading counts.
  const isKeyed = keyed.test(path) || (decoded !== null && keyed.test(decoded))
  const isStray = !ownPages && seemsOurs(request)
  const needsCaller = (isKeyed || isStray) && !open.test(path) && !(passesOthers && foreignToken(request))
  // The framework would answer a path that it cannot decode with a bare 500.
  if (decoded === null && !needsCaller) throw notFound()
  if (!needsCaller) return 'nothing'
  return decoded === null ? 'caller of nothing' : 'caller'
}

/** null where it cannot be decoded. */
function decodedPath(path: string): string | null {
  if (!path.includes('%')) return path
  try {
    return decodeURIComponent(path)
  } catch {
    return null
  }
}

/** A session needs its club and its Origin: the handler reads it, live. */
function mayComeWithout(request: Request): boolean {
  if (host().passesPreflights && isPreflight(request)) return true
  // A key that could not be read as one is still no way in.
  return host().passesOthers ? !seemsOurs(request) : presentedCookie(request) !== null
}
