/**
 * Prisma's codes for a database that cannot be reached, timed out, refused the connection or went away in
 * mid-statement.
 */
const PRISMA_CODES = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2037'])
/** The driver adapter's own words for the same, and Node's for a broken socket. */
const KINDS = new Set([
  'DatabaseNotReachable',
  'ConnectionClosed',
  'SocketTimeout',
  'TooManyConnections',
  'TlsConnectionError',
])
const SOCKET_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT'])
/**
 * SQLSTATE: connection exceptions (08), insufficient resources (53), operator intervention (57), read-only
 * transaction.
 */
const SQLSTATE = /^(08|53|57)|^25006$/

/** Whether an error means that the database is away, not that the request is wrong. */
export function isOutage(error: unknown): boolean {
  for (let e = error as Cause; e; e = e.cause as Cause) {
    const codes = [e.code, e.originalCode, e.meta?.code]
    if (
      codes.some(
        (code) =>
          typeof code === 'string' &&
          (PRISMA_CODES.has(code) || SOCKET_CODES.has(code) || SQLSTATE.test(code)),
      )
    )
      return true
    if (e.kind && KINDS.has(e.kind)) return true
    if (e.meta?.driverAdapterError && isOutage(e.meta.driverAdapterError)) return true
    if (
      typeof e.message === 'string' &&
      /timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error/.test(
        e.message,
      )
    )
      return true
  }
  return false
}

type Cause =
  | {
      code?: unknown
      originalCode?: unknown
      kind?: string
      message?: unknown
      cause?: unknown
      meta?: { code?: unknown; driverAdapterError?: unknown }
    }
  | undefined
