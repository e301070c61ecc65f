import diagnostics from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'
import { receive } from './incoming'

/** Written by this process on every request, over anything a client sent under the name: `<socket address>` or `<socket address> repeated`. */
const PEER_HEADER = 'x-clubkeys-peer'

const shared = globalThis as typeof globalThis & { clubkeysPeerHook?: boolean }

/**
 * Records, before the framework sees a request, what it hides: the socket's address (the framework lets a client's own
 * `x-forwarded-for` stand in for it) and repeated credential headers (Node keeps only the first `Authorization`). Once per process.
 */
export function hookPeerAddress(): void {
  if (shared.clubkeysPeerHook) return
  diagnostics.subscribe('http.server.request.start', (message) => {
    const { request } = message as { request: IncomingMessage }
    mendRequestLine(request)
    const repeated = hasRepeatedCredential(request.rawHeaders) ? ' repeated' : ''
    request.headers[PEER_HEADER] = `${request.socket.remoteAddress ?? 'unknown'}${repeated}`
    receive(request)
  })
  shared.clubkeysPeerHook = true
}

/** What the hook saw of this request; null without the hook, since the header could then be the client's. */
export function peerOf(request: Request): { address: string; repeatedCredential: boolean } | null {
  const value = shared.clubkeysPeerHook ? request.headers.get(PEER_HEADER) : null
  if (!value) return null
  const [address = '', repeated] = value.split(' ')
  return { address, repeatedCredential: repeated !== undefined }
}

/** Neither TRACE nor `*` fits the Web's Request: the framework would answer 500 to anyone who sends them. Nothing here serves either. */
function mendRequestLine(request: IncomingMessage): void {
  if (request.method === 'TRACE') request.method = 'UNSUPPORTED'
  if (request.url === '*') request.url = '/*'
}

const AUTHORIZATION = 'authorization'
const X_API_KEY = 'x-api-key'

function hasRepeatedCredential(rawHeaders: readonly string[]): boolean {
  let credentials = 0
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const { length } = rawHeaders[i] ?? ''
    if (length !== AUTHORIZATION.length && length !== X_API_KEY.length) continue
    const name = rawHeaders[i]?.toLowerCase()
    if (name === AUTHORIZATION || name === X_API_KEY) credentials++
  }
  return credentials > 1
}
