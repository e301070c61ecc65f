import { createSecureContext } from 'node:tls'
import { Client } from 'pg'

/**
 * The schema that an address names (`?schema=clubs`), as Prisma's addresses do: tables are made there and
 * looked up there, and nowhere else.
 */
export function schemaOf(url: string): string {
  return queryOf(url).get('schema') || 'public'
}

/** The role that an address logs in as, as the driver reads it. */
export function userOf(url: string): string | undefined {
  return clientOf(url).user || undefined
}

/**
 * One address, logged in as the other's role: a connection past a pooler that only listens need not be the
 * owner's.
 */
export function asRoleOf(url: string, other: string): string {
  const { user, password } = clientOf(other)
  const { scheme, place, path, query } = partsOf(url)
  for (const name of ['user', 'password']) query.delete(name)
  const credentials = [user, password].filter((one) => typeof one === 'string').map(encodeURIComponent)
  const asked = query.size > 0 ? `?${query.toString()}` : ''
  return `${scheme}${credentials.join(':')}@${place}${path}${asked}`
}

/**
 * Why an address cannot be used, in words that hold no part of it, since it holds the password. null: it can.
 */
export function faultOf(url: string): string | null {
  if (!/^postgres(ql)?:\/\//.test(url)) return 'must be a postgresql:// URL'
  if (url.includes('#')) return 'has a # in it: write it as %23'
  const { credentials, place, query } = partsOf(url)
  if (credentials === null && /@/.test(url)) return `has an @ where none can be: ${ENCODE}`
  if (place.includes(',') || query.get('host')?.includes(','))
    return 'names several hosts: name one, or what stands before them'
  if (!/^(?!pg_|information_schema$)[A-Za-z_][\w-]{0,62}$/.test(schemaOf(url)))
    return 'names a schema that cannot be: letters, digits, _ and - alone, and not one of the server’s own'
  try {
    // This reads the files of certificates, too.
    const { ssl } = clientOf(url) as unknown as { ssl?: Files | boolean }
    if (typeof ssl === 'object' && !areUsable(ssl))
      return 'names a file that is not the certificate or key that it must be: sslrootcert, sslcert or sslkey'
    return null
  } catch (error) {
    if ((error as { syscall?: string }).syscall)
      return 'names a file that cannot be read: sslrootcert, sslcert or sslkey'
    if (query.get('sslmode') === 'verify-ca' && !query.get('sslrootcert'))
      return 'says sslmode=verify-ca: name the authority’s file with sslrootcert='
    return `cannot be read as a postgresql:// URL: ${ENCODE}`
  }
}

const ENCODE =
  'in user and password write each of : / ? # [ ] @ % as % and its two digits (@ as %40, / as %2F)'

/**
 * The address for the driver, which treats three modes of TLS like a fourth, warns of it in nine lines at
 * each start, and will treat them as weaker ones in its next release. So the mode is decided here.
 */
export function driversAddress(url: string): string {
  if (queryOf(url).get('uselibpqcompat') === 'true') return url
  return url.replace(/([?&]sslmode=)(?:prefer|require|verify-ca)(?=&|$)/, '$1verify-full')
}

const clientOf = (url: string) => new Client({ connectionString: driversAddress(url) })

/** What is in them, in PEM. */
type Files = { ca?: string; cert?: string; key?: string }

/** The driver accepts an authority's file without a certificate, and then trusts nobody. */
function areUsable({ ca, cert, key }: Files): boolean {
  if ([ca, cert, key].some((pem) => pem !== undefined && !pem.includes('-----BEGIN '))) return false
  try {
    createSecureContext({ ca, cert, key })
    return true
  } catch {
    return false
  }
}

/** For addresses that the driver takes and `URL` does not, such as one without a host. */
function partsOf(url: string) {
  const [, scheme = '', authority = '', path = '', query = ''] =
    /^(\w+:\/\/)([^/?#]*)([^?#]*)\??([^#]*)/.exec(url) ?? []
  const at = authority.lastIndexOf('@')
  return {
    scheme,
    credentials: at < 0 ? null : authority.slice(0, at),
    place: authority.slice(at + 1),
    path,
    query: new URLSearchParams(query),
  }
}

const queryOf = (url: string): URLSearchParams => partsOf(url).query
