import { Client } from 'pg'

/**
 * The schema that an address names (`?schema=clubs`), as Prisma's addresses do: tables are made there and
 * looked up there, and nowhere else.
 */
export function schemaOf(url: string): string {
  return queryOf(url).get('schema') || 'public'
}

/** The role that an address logs in as, by the driver's own reading. */
export function userOf(url: string): string | undefined {
  return new Client({ connectionString: url }).user || undefined
}

/**
 * The server of one address, logged in to as the other's role: what listens past a pooler need not be the
 * owner of the tables.
 */
export function asRoleOf(url: string, other: string): string {
  const { user, password } = new Client({ connectionString: other })
  const { scheme, place, path, query } = partsOf(url)
  for (const name of ['user', 'password']) query.delete(name)
  const credentials = [user, password].filter((one) => typeof one === 'string').map(encodeURIComponent)
  const asked = query.size > 0 ? `?${query.toString()}` : ''
  return `${scheme}${credentials.join(':')}@${place}${path}${asked}`
}

/**
 * Why an address cannot be used, in words that hold no part of it: it holds the password. Null: it can.
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
    // Reads the files of certificates, too.
    new Client({ connectionString: url })
    return null
  } catch (error) {
    if ((error as { syscall?: string }).syscall)
      return 'names a file that cannot be read: sslrootcert, sslcert or sslkey'
    return `cannot be read as a postgresql:// URL: ${ENCODE}`
  }
}

const ENCODE =
  'in user and password write each of : / ? # [ ] @ % as % and its two digits (@ as %40, / as %2F)'

/** Of an address that the driver may take and `URL` not, such as one without a host. */
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
