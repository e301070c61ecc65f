import { authenticateSlowly } from './authenticate-slowly'
import { isTraced, traced } from '@/lib/tracing'
import type { Authenticated } from './call'
import { readCredential } from './credential'
import { handOn } from './hand-on'
import { needsOnlyKey, requireHost } from './host'
import { receivedOf, requestIdOf } from './incoming'
import { pathInApp } from './path'
import { problemResponse } from './problem'
import { reportInstead } from './report'
import { signContext } from './signed-context'
import { answerAttributes, callerAttributes } from './span-attributes'
import { verifyAtOnce } from './verify-request'

/**
 * The door, before the framework routes a request: takes every identity header a client sent away. Where a
 * caller is needed, it lets a request with a good key in, with a signed context that says whose it is, or one
 * with a session cookie, which the handler reads.
 * @returns not a promise when memory knows the key and this process counts
 */
export function authenticate(request: Request): Authenticated | Promise<Authenticated> {
  return isTraced() ? traceDoor(request) : letIn(request)
}

function traceDoor(request: Request): Authenticated | Promise<Authenticated> {
  return traced('clubkeys.authenticate', {}, (note) => {
    const told = (authenticated: Authenticated): Authenticated => {
      const received = receivedOf(request)
      note(callerAttributes(received))
      if ('refusal' in authenticated) note(answerAttributes(authenticated.refusal, received))
      return authenticated
    }
    const authenticated = letIn(request)
    return authenticated instanceof Promise ? authenticated.then(told) : told(authenticated)
  })
}

function letIn(request: Request): Authenticated | Promise<Authenticated> {
  try {
    requireHost()
    return letInAtOnce(request) ?? authenticateSlowly(request)
  } catch (error) {
    // In another app, say, whose environment the layer cannot use.
    const requestId = requestIdOf(request)
    return reportInstead(request, error, requestId) ?? { refusal: problemResponse(request, error, requestId) }
  }
}

/**
 * The path of nearly every request, straight down.
 * @returns null for whatever is not plainly good: nothing was counted, and `authenticateSlowly` begins anew
 */
function letInAtOnce(request: Request): Authenticated | null {
  const path = pathInApp(request)
  if (!needsOnlyKey(path)) return null
  const received = receivedOf(request)
  // Another app may call the door by hand, and then once more.
  const call = received?.note ? null : readCredential(request, path, received)
  if (call?.kind !== 'token') return null
  const verified = verifyAtOnce(call)
  if (verified === null) return null
  const context = signContext(call, verified)
  return handOn(request, context)
}
