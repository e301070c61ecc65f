import diagnostics from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { oldHeaders, settings } from '@/lib/settings'
import { host, ownOrigins } from './host'
import { currentlyReceived } from './incoming'
import { pathInApp } from './path'
import { isPreflight } from './preflight'
import { presentsToken } from './session-credential'

// Cross-origin requests by browsers (Fetch Standard §3.3). Pages that the app names may call the API with a
// key of their own. None may use a session: what a cookie allows, its person did not ask for there.

const METHODS = 'GET, POST, PUT, PATCH, DELETE'
/** What a client may have to send. Not X-Club, which goes with a session. */
const SENT = [
  'Authorization',
  'X-API-Key',
  'Content-Type',
  'Idempotency-Key',
  'X-Request-Id',
  'If-None-Match',
]
/** What a client may have to read. */
const READ = [
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'X-Request-Id',
  'WWW-Authenticate',
  'Idempotent-Replayed',
  'Deprecation',
  'Sunset',
  'Link',
  'ETag',
  'Allow',
].join(', ')
/** How long a browser need not ask again, in seconds; none waits longer than that for less. */
const PREFLIGHT_LIFE = 7_200

/** Of nobody while the settings cannot be used: every answer asks. */
function sharedWith(): readonly string[] {
  try {
    return settings().corsOrigins
  } catch {
    return []
  }
}

/**
 * What every answer on a path says to browsers, refusals too. Of an origin that is not named it says what it
 * says without one, and nothing where no origin is named.
 * @param path in the app
 */
function sharingHeaders(origin: string | null, path: string): Record<string, string> {
  const origins = sharedWith()
  if (origins.length === 0 || !isShared(path)) return {}
  // A cache must not give the answer for one origin to another.
  const vary = { vary: 'Origin' }
  if (origin === null || !origins.includes(origin)) return vary
  return { ...vary, 'access-control-allow-origin': origin, 'access-control-expose-headers': READ }
}

/** The API, but for signing in. */
function isShared(path: string): boolean {
  const { keyed, ownPages } = host()
  const isForPages = ownPages && path.startsWith('/api/auth/') && !path.startsWith('/api/auth/api-key/')
  return keyed.test(path) && !isForPages
}

/** The answer to a preflight by a page of an origin that is named; null for everything else. */
export function answerPreflight(request: Request): Response | null {
  if (!isPreflight(request) || presentsToken(request)) return null
  const headers = sharingHeaders(request.headers.get('origin'), pathInApp(request))
  if (!headers['access-control-allow-origin']) return null
  return new Response(null, {
    status: 204,
    headers: {
      ...headers,
      'access-control-allow-methods': METHODS,
      'access-control-allow-headers': [...SENT, ...oldHeaders().names].join(', '),
      'access-control-max-age': String(PREFLIGHT_LIFE),
    },
  })
}

/**
 * Sets them before anybody else sees the answer: what is refused before the framework, or by it, passes no
 * other code of ours. Call it after `hookRequests`.
 */
export function shareAnswers(): void {
  diagnostics.subscribe('http.server.request.start', (event) => {
    const { request, response } = event as { request: IncomingMessage; response: ServerResponse }
    if (currentlyReceived()?.message !== request || sharedWith().length === 0) return
    const { origin = null } = request.headers
    const path = pathInApp({ url: `http://localhost${request.url ?? '/'}` })
    for (const [name, value] of Object.entries(sharingHeaders(origin, path))) response.setHeader(name, value)
  })
}

/** Whether a page of another origin sent a request; a browser leaves out the origin of what reads from its own. */
export function isFromElsewhere({ headers }: Pick<Request, 'headers'>): boolean {
  const origin = headers.get('origin')
  return origin !== null && !ownOrigins().includes(origin)
}
