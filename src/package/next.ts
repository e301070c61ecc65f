import './environment'
import { NextResponse, type NextFetchEvent, type NextRequest } from 'next/server'
import { authenticate } from '@/http/authenticate'
import type { Authenticated } from '@/http/call'
import { IDENTITY_HEADERS } from '@/http/headers'
import { noteBasePath } from '@/http/path'

export type { Operation } from '@/contracts/operation'
export { getAuthContext } from '@/http/context'
export { defineKeys } from '@/http/define-keys'
export { standIn, type Host } from '@/http/host'
export { introspectRoute } from '@/http/introspect-route'
export { githubLeaksRoute } from '@/http/github-leaks-route'
export { reportLeaksRoute } from '@/http/leaks-route'
export { metricsRoute } from '@/http/metrics'
export { reportedRefusals } from '@/http/report'
export { methods, route } from '@/http/route'
export { startInHost, type Takeovers } from '@/http/start-process'
export { verifyKeyRoute } from '@/http/verify-key-route'
export { onEvents } from '@/lib/events/port'
export { changing } from '@/lib/idempotency/changing'

type LetIn = Exclude<Authenticated, { refusal: Response }>
type Answer = Response | null | undefined | void
type Next = (request: NextRequest, event: NextFetchEvent) => Answer | Promise<Answer>

/**
 * The door as a Next.js middleware (a `proxy` from 16 on). It refuses a request, or calls the app's own
 * middleware with the identity on the request's headers, and sees to it that the handler gets that identity
 * and no other, whatever the answer changes.
 * @param next the app's own middleware
 */
export function door(next?: Next): (request: NextRequest, event: NextFetchEvent) => Promise<Response> {
  return async (request, event) => {
    noteBasePath(request.nextUrl.basePath)
    const authenticated = await authenticate(request)
    if ('refusal' in authenticated) return authenticated.refusal
    const { headers } = authenticated
    // Also without an own part: called by hand, its answer may be thrown away, and headers made of these.
    writeIdentity(request, authenticated)
    if (!next) return headers ? NextResponse.next({ request: { headers } }) : NextResponse.next()
    const answer = (await next(request, event)) ?? NextResponse.next()
    if (leadsOn(answer)) overrideIdentity(answer.headers, authenticated)
    return answer
  }
}

function writeIdentity(request: NextRequest, { headers, identity }: LetIn): void {
  // Stripping takes a cookie away, too, that came with a forged context.
  if (headers && !headers.has('cookie')) request.headers.delete('cookie')
  for (const name of IDENTITY_HEADERS) {
    const value = identity?.[name]
    if (value === undefined) request.headers.delete(name)
    else request.headers.set(name, value)
  }
}

// How the framework learns which headers a request goes on with: a list of names, and a header for each. What
// is not in the list is dropped.
const OVERRIDES = 'x-middleware-override-headers'
const VALUE_OF = 'x-middleware-request-'

const leadsOn = ({ headers }: Response): boolean =>
  headers.has('x-middleware-next') || headers.has('x-middleware-rewrite')

function overrideIdentity(answer: Headers, { headers, identity }: LetIn): void {
  const listed = answer.get(OVERRIDES)
  if (listed === null) {
    // It stands on the message itself.
    if (!headers) return
    // Not the request's, on which the app's own part may have written.
    const whole = NextResponse.next({ request: { headers } }).headers
    for (const [name, value] of whole) if (name.startsWith('x-middleware-')) answer.set(name, value)
    return
  }
  const names = new Set(listed.split(',').map((name) => name.trim()))
  for (const name of IDENTITY_HEADERS) {
    const value = identity?.[name]
    if (value === undefined) {
      names.delete(name)
      answer.delete(`${VALUE_OF}${name}`)
    } else {
      names.add(name)
      answer.set(`${VALUE_OF}${name}`, value)
    }
  }
  answer.set(OVERRIDES, [...names].join(','))
}
