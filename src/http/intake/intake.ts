import diagnostics from 'node:diagnostics_channel'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { settings } from '@/lib/settings'
import { Refusal } from '@/lib/errors'
import { MAX_BODY_BYTES, tooLarge } from '../body'
import { isApi } from '../path'
import { ACTION_HEADER } from './action-headers'
import { takeAllInFirst } from './arrivals'
import { dropInternalHeaders, refuseFrameworkInput } from './framework-input'
import { hasBody, holdBody } from './held-bodies'
import { inThisContext } from './in-this-context'
import { pathIn } from './path-in'
import { refuse } from './refuse'
import { admitAction, lookAtAction, sizeLimitOf } from './server-actions'
import { haltRest, takeTurn } from './take-turn'
import type { Queue } from './whose-turn'

type Started = { request: IncomingMessage; response: ServerResponse; server: Server }

const servers = new WeakSet<Server>()
/** What a message is refused for at first sight. */
const refused = new WeakMap<IncomingMessage, Refusal>()

/**
 * Looks at every request before the framework does, which buffers bodies and decodes an action's arguments
 * before any code of ours runs, for anyone. What it lets through never makes the framework answer 500, and
 * has a complete body of bounded size.
 */
export function takeRequestsIn(): void {
  takeAllInFirst(haltRest)
  diagnostics.subscribe('http.server.request.start', (event) => {
    const { request, server } = event as Started
    if (!servers.has(server)) standBefore(server)
    try {
      lookAt(request)
    } catch (error) {
      refused.set(request, error as Refusal)
      // A client that waits for permission to send the body is refused instead.
      delete request.headers.expect
    }
  })
}

function standBefore(server: Server): void {
  servers.add(server)
  const emit = server.emit.bind(server) as (event: string | symbol, ...given: unknown[]) => boolean
  server.emit = (event: string | symbol, ...given: unknown[]) => {
    if (event !== 'request') return emit(event, ...given)
    takeIn(given[0] as IncomingMessage, given[1] as ServerResponse, () => emit(event, ...given))
    return true
  }
}

/** What the request's line and headers tell. @throws Refusal */
function lookAt(message: IncomingMessage): void {
  const { headers } = message
  dropInternalHeaders(headers)
  if (Number(headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw tooLarge(MAX_BODY_BYTES)
  const path = pathIn(message)
  if (isApi(path)) return void (headers[ACTION_HEADER] !== undefined && delete headers[ACTION_HEADER])
  refuseFrameworkInput(message, path)
  if (isAction(message)) lookAtAction(message)
  else if (!isRead(message) && !isToolOfDevelopment(path))
    throw new Refusal('method_not_allowed', 'Read a page with GET or HEAD.')
}

const isAction = ({ method, headers }: IncomingMessage): boolean =>
  method === 'POST' && headers[ACTION_HEADER] !== undefined

const isRead = ({ method }: IncomingMessage): boolean =>
  method === 'GET' || method === 'HEAD' || method === 'OPTIONS'

/** In `next dev`, pages send it errors and reports. */
const isToolOfDevelopment = (path: string): boolean =>
  settings().mode === 'development' && (path.startsWith('/_next/') || path.startsWith('/__next'))

function takeIn(message: IncomingMessage, response: ServerResponse, goOn: () => unknown): void {
  if (message.socket.destroyed) return
  const refusal = refused.get(message)
  if (refusal) return refuse(message, response, refusal)
  const action = isAction(message)
  if (!action && !hasBody(message)) return takeTurn(message, response, goOn)
  // The body may end in a later turn of the event loop, which has lost this request's context.
  let queue: Queue | undefined
  const begin = inThisContext(() => takeTurn(message, response, goOn, queue))
  const limit = action ? sizeLimitOf(message) : MAX_BODY_BYTES
  const onRefused = (error: unknown) => refuse(message, response, error)
  holdBody(message, response, limit, onRefused, (body) => {
    if (!action) return begin()
    admitAction(message, response, body).then((its) => {
      queue = its
      begin()
    }, onRefused)
  })
}
