/**
 * Prisma's codes for a database that cannot be reached, timed out, refused the connection or went away during
 * a statement.
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
export const isOutage = (error: unknown): boolean =>
  causesOf(error).some(
    (cause) =>
      codesOf(cause).some(
        (code) => PRISMA_CODES.has(code) || SOCKET_CODES.has(code) || SQLSTATE.test(code),
      ) ||
      (cause.kind !== undefined && KINDS.has(cause.kind)) ||
      (typeof cause.message === 'string' && MESSAGE.test(cause.message)),
  )

/**
 * Whether the server is there and ended just this session (SQLSTATE 57P01, `admin_shutdown`), by its own word
 * or a pooler's: a new session may work at once.
 */
export const sessionEnded = (error: unknown): boolean =>
  causesOf(error).some(
    (cause) =>
      codesOf(cause).includes('57P01') || (typeof cause.message === 'string' && ENDED.test(cause.message)),
  )

/**
 * Whether the database cancelled a statement because it took too long (SQLSTATE 57014, `query_canceled`): the
 * database is there, and may have time for a smaller one.
 */
export const tookTooLong = (error: unknown): boolean =>
  causesOf(error).some((cause) => codesOf(cause).includes('57014'))

const MESSAGE =
  /timeout exceeded when trying to connect|Query read timeout|Connection terminated|Client has encountered a connection error/

/** The driver's words, and PgBouncer's; the last of them come while it hands the session over. */
const ENDED =
  /Connection terminated|Client has encountered a connection error|server connection closed|server conn crashed|invalid server parameter/

const codesOf = ({ code, originalCode, meta }: Cause): string[] =>
  [code, originalCode, meta?.code].filter((one) => typeof one === 'string')

/** The error, what caused it, and what the driver said of it. */
function causesOf(error: unknown): Cause[] {
  const causes: Cause[] = []
  for (let e = error as Cause | undefined; e; e = e.cause as Cause | undefined) {
    causes.push(e)
    if (e.meta?.driverAdapterError) causes.push(...causesOf(e.meta.driverAdapterError))
  }
  return causes
}

type Cause = {
  code?: unknown
  originalCode?: unknown
  kind?: string
  message?: unknown
  cause?: unknown
  meta?: { code?: unknown; driverAdapterError?: unknown }
}
