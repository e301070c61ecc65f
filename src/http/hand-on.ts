import type { Authenticated, Call, SignedContext } from './call'
import { AUTH_TYPE_HEADER, CLUB_HEADER, CONTEXT_HEADER, IDENTITY_HEADERS, USER_HEADER } from './headers'

export function handOn(request: Request, { call, key, header }: SignedContext): Authenticated {
  const identity = {
    [AUTH_TYPE_HEADER]: 'api-key',
    [CLUB_HEADER]: inHeader(key.clubId),
    [USER_HEADER]: inHeader(key.userId),
    [CONTEXT_HEADER]: header,
  }
  if (writeToMessage(call, identity)) return { headers: null, identity }
  const headers = stripped(request)
  for (const [name, value] of Object.entries(identity)) headers.set(name, value)
  return { headers, identity }
}

/** Whatever a header cannot hold as it is, and the sign of that, as in a URL (RFC 3986 §2.1). */
const inHeader = (id: string): string => id.replace(/[^\x21-\x24\x26-\x7e]+/g, encodeURIComponent)

/** The headers of a request without any identity that its client claims. */
export function stripped(request: Request): Headers {
  const headers = new Headers(request.headers)
  // A session counts only where nothing else is presented; the handler could not see that a context was.
  if (headers.has(CONTEXT_HEADER)) headers.delete('cookie')
  for (const name of IDENTITY_HEADERS) headers.delete(name)
  return headers
}

/** The name under which `@opentelemetry/api` keeps its tracer, once there is one. */
const OPEN_TELEMETRY = Symbol.for('opentelemetry.js.api.1')

/**
 * Writes headers on the message that the handler will read. The framework's own way copies every header of a
 * request three times, which costs more than verifying it.
 * @returns false, with nothing done, where the call was not made of a message; or where the framework carries
 *   a trace on, and so writes all headers again as they were before the middleware
 */
export function writeToMessage(
  { received, method }: Pick<Call, 'received' | 'method'>,
  headers: Readonly<Record<string, string>>,
): boolean {
  if (received?.message.method !== method || OPEN_TELEMETRY in globalThis) return false
  Object.assign(received.message.headers, headers)
  return true
}
