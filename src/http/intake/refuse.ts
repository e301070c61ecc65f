import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { asRefusal, problemAnswer } from '../problem'
import { ACTION_HEADER } from './action-headers'

/** How long what was sent of a refused body goes on being read, so that the answer arrives; milliseconds. */
const LINGER_MS = 1_000
/** And how many pieces of it at most: reading them costs more than refusing. */
const LINGER_PIECES = 1_000

/** Answers a request that the framework never sees. */
export function refuse(message: IncomingMessage, response: ServerResponse, thrown: unknown): void {
  if (response.headersSent || message.socket.destroyed) return
  const requestId = randomUUID()
  const refusal = asRefusal(thrown, requestId)
  const asked = { url: `http://localhost${message.url ?? '/'}`, method: message.method ?? 'GET' }
  const { status, headers, body } = problemAnswer(asked, refusal, requestId)
  for (const [name, value] of headers) response.setHeader(name, value)
  if (message.headers[ACTION_HEADER] !== undefined) {
    // Of an error, the framework's client hands a page the text, and only if it is called this.
    response.setHeader('content-type', 'text/plain')
    if (refusal.code === 'not_found') response.setHeader('x-nextjs-action-not-found', '1')
  }
  if (refusal.code === 'method_not_allowed') response.setHeader('allow', 'GET, HEAD')
  if (!message.complete && isOfUnknownLength(message, refusal.code)) closeSlowly(message, response)
  response.writeHead(status).end(body)
}

/** What is still to come may be without end. */
const isOfUnknownLength = ({ headers }: IncomingMessage, code: string): boolean =>
  code === 'payload_too_large' || code === 'unavailable' || headers['transfer-encoding'] !== undefined

/**
 * Closed at once, the connection would be reset under the client, who is still sending, and the answer with
 * it.
 */
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
