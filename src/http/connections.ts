import diagnostics from 'node:diagnostics_channel'
import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import { settings } from '@/lib/settings'
import { noteProxyProtocol } from './proxy-protocol'

/** More than these at once are a flood: the connection without a request for longest makes room. */
const MAX_CONNECTIONS = 2_000
/**
 * How long a connection may take to send its first request, and any request from its first byte on, in
 * milliseconds. The next one may begin within KEEP_ALIVE_TIMEOUT. That is longer than proxies keep a
 * connection: otherwise they would send into connections that are just being closed.
 */
const HEADERS_MS = 10_000
/** How long a request may take to bring its body, of 64 KiB at most. */
const BODY_MS = 15_000
/** How long a client may take until it has taken the answer, or the next part of one that streams. */
const REQUEST_MS = 30_000
const LOOK_EVERY_MS = 1_000
/**
 * Requests under way on one connection. Node starts all that it has read, a thousand at a time, and no client
 * today sends requests ahead.
 */
const MAX_PIPELINED = 10

/** `read`: how many bytes it had sent when its last request was over; null before its first one. */
type Connection = { since: number; request: IncomingMessage | null; open: number; read: number | null }
type Message = { request: IncomingMessage }

/** On `globalThis`: the framework loads what starts the process and handlers as separate module instances. */
const shared = globalThis as typeof globalThis & { clubkeysConnections?: Map<Socket, Connection> }
const connections = (shared.clubkeysConnections ??= new Map<Socket, Connection>())

/**
 * Bounds the cost of connections that send nothing, send slowly, or do not take their answer: the framework
 * has no setting for it, and Node itself checks only every 30 s. In production only: development keeps
 * sockets open for its own purposes.
 */
export function boundConnections(): void {
  if (settings().mode !== 'production') return
  diagnostics.subscribe('net.server.socket', (message) => admit((message as { socket: Socket }).socket))
  diagnostics.subscribe('http.server.request.start', (message) => begin((message as Message).request))
  diagnostics.subscribe('http.server.response.finish', (message) => finish((message as Message).request))
  setInterval(endOverdue, LOOK_EVERY_MS).unref()
}

function admit(socket: Socket): void {
  const { server } = socket as Socket & { server?: Server }
  if (server && !servers.has(server)) prepare(server)
  // Reading it now makes the socket remember its address. A socket without one has hung up: what it asked for
  // would be on record as from nowhere.
  if (socket.remoteAddress === undefined && server?.address() instanceof Object) return void socket.destroy()
  if (connections.size >= MAX_CONNECTIONS) makeRoom()
  connections.set(socket, { since: performance.now(), request: null, open: 0, read: null })
  socket.once('close', () => connections.delete(socket))
}

const servers = new WeakSet<Server>()

function prepare(server: Server & { shouldUpgradeCallback?: () => boolean }): void {
  servers.add(server)
  server.keepAliveTimeout = settings().keepAliveMs
  server.headersTimeout = HEADERS_MS
  // The framework believes that an upgrade is for its development server and leaves it open, for anyone: here
  // it is a request like others.
  server.shouldUpgradeCallback = () => false
  const emit = server.emit.bind(server) as (event: string | symbol, ...given: unknown[]) => boolean
  // What was read before a connection was ended still arrives.
  const isLate = ({ socket }: IncomingMessage) => socket.destroyed
  server.emit = (event: string | symbol, ...given: unknown[]) => {
    // Not a listener: with one, Node would no longer answer 400 by itself.
    if (event === 'clientError') noteProxyProtocol(given[0])
    return event === 'request' && isLate(given[0] as IncomingMessage) ? false : emit(event, ...given)
  }
}

function begin(request: IncomingMessage): void {
  const connection = connections.get(request.socket)
  if (!connection) return
  connection.since = performance.now()
  connection.request = request
  if (++connection.open > MAX_PIPELINED) end(request.socket)
}

function finish({ socket }: IncomingMessage): void {
  const connection = connections.get(socket)
  if (!connection) return
  connection.since = performance.now()
  if (--connection.open > 0) return
  connection.request = null
  connection.read = socket.bytesRead
}

export const openConnections = (): number => connections.size

/** The client took a part of a long answer: it has the same time again for the next part. */
export function stillTaken({ socket }: IncomingMessage): void {
  const connection = connections.get(socket)
  if (connection) connection.since = performance.now()
}

/**
 * Ends the connection that has been without a request for longest. If all have one, the one whose request has
 * taken longest.
 */
function makeRoom(): void {
  let longest: [Socket, Connection] | undefined
  for (const entry of connections) if (!longest || goesBefore(entry[1], longest[1])) longest = entry
  if (longest) end(longest[0])
}

const goesBefore = (one: Connection, other: Connection): boolean =>
  (one.request === null) === (other.request === null) ? one.since < other.since : one.request === null

function endOverdue(): void {
  const now = performance.now()
  for (const [socket, connection] of connections) {
    if (startsAnother(socket, connection)) Object.assign(connection, { since: now, read: null })
    if (now - connection.since > patienceWith(connection)) end(socket)
  }
}

/** An idle connection sends something: from now on it has only as long as a new one. */
const startsAnother = ({ bytesRead }: Socket, { request, read }: Connection): boolean =>
  request === null && read !== null && bytesRead > read

function patienceWith({ request, read }: Connection): number {
  if (request !== null) return request.complete ? REQUEST_MS : BODY_MS
  // Node has told the client about its timeout by then and closes; this ends what Node left open.
  return read === null ? HEADERS_MS : settings().keepAliveMs + 2 * LOOK_EVERY_MS
}

function end(socket: Socket): void {
  connections.delete(socket)
  socket.destroy()
}
