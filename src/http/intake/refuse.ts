import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { receivedAs } from '../incoming'
import { asRefusal, problemAnswer } from '../problem'
import { ACTION_HEADER } from './action-headers'

/** How long a refused body is still read, so that the answer arrives, in milliseconds. */
const LINGER_MS = 1_000
/** And how many chunks of it at most: reading them costs more than refusing. */
const LINGER_PIECES = 1_000

/** Answers a request that the framework never sees. */
export function refuse(message: IncomingMessage, response: ServerResponse, thrown: unknown): void {
  if (response.headersSent || message.socket.destroyed) return
  const received = receivedAs(message)
  const { requestId } = received
  const refusal = asRefusal(thrown, requestId)
  received.outcome = refusal.code
  const asked = { url: `http://localhost${message.url ?? '/'}`, method: message.method ?? 'GET' }
  const { status, headers, body } = problemAnswer(asked, refusal, requestId)
  for (const [name, value] of headers) response.setHeader(name, value)
  if (message.headers[ACTION_HEADER] !== undefined) {
    // The framework's client passes an error's text on to a page only with this type.
    response.setHeader('content-type', 'text/plain')
    if (refusal.code === 'not_found') response.setHeader('x-nextjs-action-not-found', '1')
  }
  if (refusal.code === 'method_not_allowed') response.setHeader('allow', 'GET, HEAD')
  if (!message.complete && isOfUnknownLength(message, refusal.code)) closeSlowly(message, response)
  response.writeHead(status).end(body)
}

/** The rest of the body may never end. */
const isOfUnknownLength = ({ headers }: IncomingMessage, code: string): boolean =>
  code === 'payload_too_large' || code === 'unavailable' || headers['transfer-encoding'] !== undefined

/** Closing at once would reset the connection while the client still sends, and the answer would be lost. */
function closeSlowly(message: IncomingMessage, response: ServerResponse): void {
  const socket: Socket & { destroySoon?: () => void } = message.socket
  response.shouldKeepAlive = false
  const push = message.push.bind(message)
  let pieces = 0
  message.push = (chunk: unknown) => {
    if (chunk === null) return push(null)
    if (++pieces > LINGER_PIECES) socket.destroy()
    return true
  }
  socket.destroySoon = () => {
    socket.end()
    setTimeout(() => socket.destroy(), LINGER_MS).unref()
  }
}
