import { isOutage } from './outage'

/**
 * A database that cannot be used as it is. The message is one sentence for the operator, without a secret.
 */
export class DatabaseRefusal extends Error {
  override name = 'DatabaseRefusal'
  /** It may pass by itself: a running process waits for it, and answers 503 meanwhile. */
  readonly passing: boolean

  constructor(message: string, { passing = false, cause }: { passing?: boolean; cause?: unknown } = {}) {
    super(message, { cause })
    this.passing = passing
  }
}

/** The variable that gave the address. */
export type Variable = 'DATABASE_URL' | 'DATABASE_DIRECT_URL'

const UNKNOWN_AUTHORITY =
  'the server’s certificate is from an authority not known here; download that authority’s certificate from your provider and add sslrootcert=/path/to/it.crt to the address (sslmode=require is checked, too)'

/** By SQLSTATE, by Node's code for a broken socket, and by OpenSSL's for a certificate. */
const REASONS: Record<string, string> = {
  ENOTFOUND: 'its host cannot be found',
  EAI_AGAIN: 'its host cannot be looked up just now',
  ECONNREFUSED: 'nothing listens at its host and port',
  ECONNRESET: 'the other end hung up',
  EHOSTUNREACH: 'its host cannot be reached',
  ENETUNREACH: 'its host cannot be reached',
  ETIMEDOUT: 'its host does not answer',
  ENOENT: 'there is no socket of a server where it says',
  EACCES: 'the socket that it names may not be opened by this user',
  '28P01': 'the server does not know the role, or refuses its password',
  '3D000': 'the server has no such database; as its administrator: CREATE DATABASE ...',
  '22023': 'the server refuses the value of a setting in its options=',
  '42704': 'the server does not know a setting in its options=',
  '42501': 'the role may not connect to the database; as its owner: GRANT CONNECT ON DATABASE ... TO ...',
  '53300':
    'the server, the database or the role has no connection left; raise the limit, or lower DATABASE_POOL_SIZE',
  '55000': 'the database takes no connections',
  '57P03': 'the server is starting or stopping; try again in a moment',
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  DEPTH_ZERO_SELF_SIGNED_CERT:
    'the server’s certificate is signed by itself; copy it here and add sslrootcert=/path/to/it.crt to the address',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  ERR_TLS_CERT_ALTNAME_INVALID: 'the server’s certificate is for another host name',
  CERT_HAS_EXPIRED: 'the server’s certificate has expired',
}

/** A failed attempt to connect, as one sentence without the address, since that holds the password. */
export function refusedConnection(error: unknown, variable: Variable): DatabaseRefusal {
  return new DatabaseRefusal(`${variable} cannot be used: ${reasonOf(error)}.`, {
    passing: isOutage(error),
    cause: error,
  })
}

function reasonOf(error: unknown): string {
  const { code = '', message = '', errors = [] } = error as Failure
  // Where a name has several addresses, Node reports one error each.
  const known = REASONS[code] ?? REASONS[errors[0]?.code ?? '']
  if (code === '28000') return loginRefused(message)
  if (known) return known
  if (/does not support SSL/i.test(message)) return 'the server does not offer TLS, which sslmode asks for'
  if (/^(EPROTO|ERR_SSL_|ERR_OSSL_)/.test(code) || /establishing an SSL/i.test(message))
    return `no TLS connection comes about${code && ` (${code})`}`
  if (/timeout|terminated/i.test(message)) return 'the server does not answer'
  if (/no such (database|user)|not found|server login/i.test(message))
    return `the pooler refuses it (${message})`
  if (code.startsWith('08')) return `the server or a pooler refuses the session (${message})`
  return `the server does not answer (${code || 'no reason was given'})`
}

function loginRefused(message: string): string {
  if (/no encryption|SSL off/i.test(message))
    return 'the server lets this role in with TLS only (sslmode=verify-full), or not from here (pg_hba.conf)'
  return 'the server does not let this role in, or not from here (pg_hba.conf)'
}

type Failure = { code?: string; message?: string; errors?: { code?: string }[] }
