import diagnostics from 'node:diagnostics_channel'
import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import { env } from '@/lib/env'

/** More than these at once are somebody's flood: the one that has been without a request for longest makes room. */
const MAX_CONNECTIONS = 2_000
/** How long a connection may take to bring a request, the next one included, in milliseconds. */
const HEADERS_MS = 10_000
/** How long a request may take to bring its body, of 64 KiB at most. */
const BODY_MS = 15_000
/** How long a request may take until its answer is taken. Nothing here streams. */
const REQUEST_MS = 30_000
const LOOK_EVERY_MS = 1_000

type Connection = { since: number; request: IncomingMessage | null }
type Message = { request: IncomingMessage }

/** In the order of their last answer, the longest idle first. */
const connections = new Map<Socket, Connection>()

/**
 * Bounds what connections cost that bring nothing, bring it slowly, or do not take their answer: the framework offers no setting for it,
 * and Node's own looks every 30 s. Production only: development keeps sockets open for its own ends.
 */
export function boundConnections(): void {
  if (env().NODE_ENV !== 'production') return
  diagnostics.subscribe('net.server.socket', (message) => admit((message as { socket: Socket }).socket))
  diagnostics.subscribe('http.server.request.start', (message) => begin((message as Message).request))
  diagnostics.subscribe('http.server.response.finish', (message) => finish((message as Message).request))
  setInterval(endOverdue, LOOK_EVERY_MS).unref()
}

function admit(socket: Socket): void {
  refuseUpgrades(socket)
  if (connections.size >= MAX_CONNECTIONS) makeRoom()
  connections.set(socket, { since: performance.now(), request: null })
  socket.once('close', () => connections.delete(socket))
}

/** The framework takes an upgrade for one of its development server’s and leaves it open, for anyone: here it is a request like others. */
function refuseUpgrades(socket: Socket): void {
  const { server } = socket as Socket & { server?: Server & { shouldUpgradeCallback?: () => boolean } }
  if (server) server.shouldUpgradeCallback = () => false
}

function begin(request: IncomingMessage): void {
  const connection = connections.get(request.socket)
  if (connection) Object.assign(connection, { since: performance.now(), request })
}

function finish({ socket }: IncomingMessage): void {
  if (!connections.delete(socket) || socket.destroyed) return
  connections.set(socket, { since: performance.now(), request: null })
}

function makeRoom(): void {
  for (const [socket, { request }] of connections) if (!request) return end(socket)
  // All of them have a request: the one that has been at it for longest has had its time.
  const [oldest] = connections.keys()
  if (oldest) end(oldest)
}

function endOverdue(): void {
  const now = performance.now()
  for (const [socket, { since, request }] of connections) {
    const patience = request === null ? HEADERS_MS : request.complete ? REQUEST_MS : BODY_MS
    if (now - since > patience) end(socket)
  }
}

function end(socket: Socket): void {
  connections.delete(socket)
  socket.destroy()
}
