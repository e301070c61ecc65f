import { AsyncLocalStorage } from 'node:async_hooks'
import diagnostics from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'
import type { Standing } from '@/lib/limits/limit'
import { CONTEXT_HEADER, IDENTITY_HEADERS } from './headers'

/**
 * A message as it came, and the address of the socket that it came from: asked for later, a socket that has
 * hung up knows it no more.
 */
export type Received = {
  readonly message: IncomingMessage
  readonly address: string | undefined
  admitted?: Admission
}

/** What the door found out about the credential of a message, for whoever asks about it further in. */
type Admission = {
  readonly digest: string
  readonly statement: string
  readonly standings: readonly Standing[]
  /** The path that took the count of another one: where the app leads requests on under another name. */
  countedFor?: string
}

const shared = globalThis as typeof globalThis & { clubkeysReceived?: AsyncLocalStorage<Received> }

/**
 * Has every message received before the framework sees it, which hides the socket's address (it lets a
 * client's own `x-forwarded-for` stand in for it) and repeated credential headers (Node keeps only the first
 * `Authorization`). Once per process.
 */
export function hookRequests(): void {
  if (shared.clubkeysReceived) return
  shared.clubkeysReceived = new AsyncLocalStorage()
  diagnostics.subscribe('http.server.request.start', (event) =>
    receive((event as { request: IncomingMessage }).request),
  )
}

/** The message that what runs now is for. */
export const currentMessage = (): IncomingMessage | undefined => shared.clubkeysReceived?.getStore()?.message

/** Takes away what a client may not say and remembers the message for all that follows from it. */
export function receive(message: IncomingMessage): void {
  const { headers } = message
  mendRequestLine(message)
  // A session counts only where nothing else is presented; nobody further in could see that this had been.
  if (headers[CONTEXT_HEADER] !== undefined) delete headers.cookie
  // Only what is there: deleting makes the object a slow one.
  for (const name of IDENTITY_HEADERS) if (headers[name] !== undefined) delete headers[name]
  shared.clubkeysReceived ??= new AsyncLocalStorage()
  shared.clubkeysReceived.enterWith({ message, address: message.socket.remoteAddress })
}

/**
 * Remembers with the message who was let in, and that they were counted: whatever a middleware does to the
 * headers, nobody is verified and counted twice.
 */
export function noteAdmitted(
  received: Received,
  digest: string,
  statement: string,
  standings: readonly Standing[],
): void {
  received.admitted = { digest, statement, standings }
}

/** What the door said of the message of this credential; null where it said nothing. */
export const statementOf = (received: Received | undefined, digest: string): string | null =>
  received?.admitted?.digest === digest ? received.admitted.statement : null

/** A message that no door has seen was counted for this path. */
export function noteCounted(
  received: Received,
  digest: string,
  path: string,
  standings: readonly Standing[],
): void {
  received.admitted = { digest, statement: '', standings, countedFor: path }
}

/** The count of this message is taken: whatever other path is called with its credential counts for itself. */
export function takeCount(received: Received | undefined, digest: string, path: string): void {
  if (received?.admitted?.digest === digest) received.admitted.countedFor ??= path
}

/**
 * How the limits stand under which this message was counted, for one path besides the one that it was counted
 * for: a handler that calls others with the credential of its own caller does not call them for nothing.
 */
export function countsOf(
  received: Received | undefined,
  digest: string,
  path: string,
): readonly Standing[] | null {
  const admitted = received?.admitted
  if (admitted?.digest !== digest) return null
  admitted.countedFor ??= path
  return admitted.countedFor === path ? admitted.standings : null
}

/** What `@opentelemetry/api` keeps its tracer under, once there is one. */
const OPEN_TELEMETRY = Symbol.for('opentelemetry.js.api.1')

/**
 * Hands headers on to the handler of this request, on the message that it will read. The framework's own way
 * copies every header of a request three times, which costs more than verifying it.
 * @returns false where `request` was not made of it, or where the framework carries a trace on and therefore
 *   writes all headers anew, as
 * they were before the middleware: then nothing was done
 */
export function handOn({ message }: Received, request: Request, headers: Record<string, string>): boolean {
  if (message.method !== request.method || OPEN_TELEMETRY in globalThis) return false
  Object.assign(message.headers, headers)
  return true
}

/**
 * The message that a request with these credential headers was made of; undefined where it is not known (no
 * hook) or is not the one: what was found out about one credential is told of no other.
 */
export function receivedWith(authorization: string | null, alias: string | null): Received | undefined {
  const received = shared.clubkeysReceived?.getStore()
  if (received === undefined) return undefined
  const { headers } = received.message
  return (headers.authorization ?? null) === authorization && aliasIn(headers) === alias
    ? received
    : undefined
}

/** As the Web's Headers have it: of an empty last line Node leaves the blank before it, which they drop. */
function aliasIn({ 'x-api-key': lines }: IncomingMessage['headers']): string | null {
  const value = Array.isArray(lines) ? lines.join(', ') : (lines ?? null)
  return value?.endsWith(' ') ? value.slice(0, -1) : value
}

/** The message that a request was made of, as {@link receivedWith} tells it. */
export const receivedOf = ({ headers }: Request): Received | undefined =>
  receivedWith(headers.get('authorization'), headers.get('x-api-key'))

/** A header of a request, from its message where that is known: the Web's Headers take many times as long. */
export function headerOf(request: Request, received: Received | undefined, name: string): string | null {
  if (!received) return request.headers.get(name)
  const value = received.message.headers[name] ?? null
  return Array.isArray(value) ? value.join(', ') : value
}

/**
 * Neither TRACE nor `*` fits the Web's Request: the framework would answer 500 to anyone who sends them.
 * Nothing here serves either.
 */
function mendRequestLine(message: IncomingMessage): void {
  if (message.method === 'TRACE') message.method = 'UNSUPPORTED'
  if (message.url === '*') message.url = '/*'
}

const AUTHORIZATION = 'authorization'
const X_API_KEY = 'x-api-key'

/** Whether a credential header stands in it more than once. */
export function repeatsCredential({ rawHeaders }: IncomingMessage): boolean {
  let [authorizations, aliases] = [0, 0]
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const { length } = rawHeaders[i] ?? ''
    if (length !== AUTHORIZATION.length && length !== X_API_KEY.length) continue
    const name = rawHeaders[i]?.toLowerCase()
    if (name === AUTHORIZATION) authorizations++
    else if (name === X_API_KEY) aliases++
  }
  return authorizations > 1 || aliases > 1
}
