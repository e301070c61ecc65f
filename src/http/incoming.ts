import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import diagnostics from 'node:diagnostics_channel'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { oldHeaders } from '@/lib/settings'
import type { Note, Received } from './call'
import { plainAddress } from './forwarded'
import { CONTEXT_HEADER, IDENTITY_HEADERS } from './headers'
import { takenOver } from './request-id'

class ReceivedMessage implements Received {
  client?: string | null
  hashed?: { token: string; digest: string }
  note?: Note
  refused?: Received['refused'] & {}
  whyNot?: Received['whyNot'] & {}
  reported?: boolean
  caller?: Received['caller'] & {}
  outcome?: string
  #requestId: string | undefined
  /** By the monotonic clock. */
  readonly receivedAt = performance.now()
  readonly url: string
  /** Asked for later, a socket that has hung up knows it no more. */
  readonly #address: string | undefined

  constructor(
    readonly message: IncomingMessage,
    readonly response?: ServerResponse,
  ) {
    this.#address = message.socket.remoteAddress
    this.url = message.url ?? '/'
  }

  get requestId(): string {
    return (this.#requestId ??= takenOver(this.message.headers) ?? randomUUID())
  }

  get peer(): string | null {
    return plainAddress(this.#address ?? '')
  }
}

const shared = globalThis as typeof globalThis & { clubkeysReceived?: AsyncLocalStorage<ReceivedMessage> }

/**
 * Sees every message before the framework does. The framework hides the socket's address (it lets a client's
 * own `x-forwarded-for` replace it) and repeated credential headers (Node keeps only the first
 * `Authorization`). Once in a process.
 * @param isApps which servers of the process are the app's; without it, all
 */
export function hookRequests(isApps: (server: Server) => boolean = () => true): void {
  if (shared.clubkeysReceived) return
  shared.clubkeysReceived = new AsyncLocalStorage()
  diagnostics.subscribe('http.server.request.start', (event) => {
    const { request, response, server } = event as Started
    if (isApps(server)) receive(request, response)
  })
}
type Started = { request: IncomingMessage; response: ServerResponse; server: Server }

/** The message that the current code runs for, whatever credential a request made of it presents. */
export const currentlyReceived = (): (Received & { response?: ServerResponse | undefined }) | undefined =>
  shared.clubkeysReceived?.getStore()

/** The same for code that runs for a request that may be made of it. */
export const requestIdOf = ({ headers }: Pick<Request, 'headers'>): string =>
  currentlyReceived()?.requestId ?? takenOver(Object.fromEntries(headers)) ?? randomUUID()

/** The framework loads this module more than once. */
const RECEIVED = Symbol.for('clubkeys.received')
type Marked = IncomingMessage & { [RECEIVED]?: ReceivedMessage }

/** A message as it was received, whatever the current code runs for. */
export const receivedAs = (message: Marked): Received => (message[RECEIVED] ??= new ReceivedMessage(message))

/** Removes what a client may not say, and remembers the message for all code that runs for it. */
export function receive(message: IncomingMessage, response?: ServerResponse): void {
  const { headers } = message
  mendRequestLine(message)
  // A session counts only where nothing else is presented; later code could not see that a context was.
  if (headers[CONTEXT_HEADER] !== undefined) delete headers.cookie
  // Only if it is there: deleting makes the object a slow one.
  for (const name of IDENTITY_HEADERS) if (headers[name] !== undefined) delete headers[name]
  shared.clubkeysReceived ??= new AsyncLocalStorage()
  const received = new ReceivedMessage(message, response)
  ;(message as Marked)[RECEIVED] = received
  shared.clubkeysReceived.enterWith(received)
}

/**
 * The message that a request was made of. Undefined without the hook, or where the request presents another
 * credential: what was found out about one must not count for another.
 */
export function receivedOf({ headers: its }: Pick<Request, 'headers'>): Received | undefined {
  const received = shared.clubkeysReceived?.getStore()
  if (received === undefined) return undefined
  const { headers } = received.message
  return (headers.authorization ?? null) === its.get('authorization') &&
    linesIn(headers, 'x-api-key') === its.get('x-api-key') &&
    oldHeaders().names.every((name) => linesIn(headers, name) === its.get(name))
    ? received
    : undefined
}

/** As the Web's Headers have it: they drop the blank that Node leaves before an empty last line. */
function linesIn(headers: IncomingMessage['headers'], name: string): string | null {
  const lines = headers[name]
  const value = Array.isArray(lines) ? lines.join(', ') : (lines ?? null)
  return value?.endsWith(' ') ? value.slice(0, -1) : value
}

/** A header of a request, from its message where that is known: the Web's Headers take many times as long. */
export function headerOf(request: Request, received: Received | undefined, name: string): string | null {
  if (!received) return request.headers.get(name)
  const value = received.message.headers[name] ?? null
  return Array.isArray(value) ? value.join(', ') : value
}

/**
 * The Web's Request allows neither TRACE nor `*`, nor what begins with it: the framework would answer 500 to
 * anyone who sends them.
 * Nothing here serves either.
 */
function mendRequestLine(message: IncomingMessage): void {
  if (message.method === 'TRACE') message.method = 'UNSUPPORTED'
  if (message.url?.startsWith('*')) message.url = '/*'
}
