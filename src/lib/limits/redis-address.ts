/** Where `REDIS_URL` leads. For a `server` address, only its answer shows what kind of server it is. */
export type RedisAddress = {
  kind: 'server' | 'cluster' | 'sentinel'
  /** Of the server, of some nodes of the cluster, or of the Sentinels. */
  hosts: { host: string; port: number }[]
  tls: boolean
  username?: string
  password?: string
  /** Not in a cluster, which has one. */
  db: number
  /** What the Sentinels call the master they watch, and how to sign in to them. */
  sentinel?: { master: string; username?: string; password?: string }
}

const SHAPE = /^(rediss?)(\+sentinel)?:\/\/(?:([^@/?#]*)@)?([^@/?#]+)((?:\/[^/?#]*)*)(?:\?([^#]*))?$/

/**
 * Reads `redis://user:password@host:6379/0`, several of one cluster's with commas between, or
 * `redis+sentinel://user:password@host:26379,host:26379/master/0`; `rediss` with TLS.
 * @returns null where it is none of them
 */
export function parseRedisUrl(text: string): RedisAddress | null {
  try {
    const [first, ...more] = text.split(/,(?=rediss?:)/).map(parsePart)
    if (!first) return null
    if (more.length === 0) return first
    const all = [first, ...more]
    // One way in for all: a node that is met later has no address of its own here.
    const alike = all.every(({ tls, kind }) => kind === 'server' && tls === first.tls)
    return alike ? { ...first, kind: 'cluster', hosts: all.flatMap(({ hosts }) => hosts) } : null
  } catch {
    return null
  }
}

/** @throws where it is wrong */
function parsePart(text: string): RedisAddress {
  const parts = SHAPE.exec(text)
  if (!parts) throw new Error('not an address of Redis')
  const [, scheme, sentinel, identity = '', hosts = '', path = '', query = ''] = parts
  const places = path.split('/').slice(1).map(decodeURIComponent)
  const master = sentinel ? places.shift() : undefined
  if (sentinel && !master) throw new Error('no master')
  const [db = '', ...rest] = places
  if (rest.length > 0 || !/^\d{0,4}$/.test(db)) throw new Error('not a database')
  const names = hosts.split(',')
  if (!sentinel && names.length > 1) throw new Error('one host')
  const options = new URLSearchParams(query)
  return {
    kind: sentinel ? 'sentinel' : 'server',
    hosts: names.map((name) => hostOf(name, sentinel ? 26379 : 6379)),
    tls: scheme === 'rediss',
    ...signIn(identity),
    db: Number(db),
    ...(master && {
      sentinel: {
        master,
        ...given('username', options.get('sentinel_username')),
        ...given('password', options.get('sentinel_password')),
      },
    }),
  }
}

function hostOf(text: string, usualPort: number): { host: string; port: number } {
  const { hostname, port } = new URL(`http://${text}`)
  // `http` drops its own.
  const wanted = port || (text.endsWith(':80') ? '80' : String(usualPort))
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(wanted) }
}

function signIn(identity: string) {
  const colon = identity.indexOf(':')
  const [username, password] =
    colon === -1 ? [identity, ''] : [identity.slice(0, colon), identity.slice(colon + 1)]
  return {
    ...given('username', decodeURIComponent(username)),
    ...given('password', decodeURIComponent(password)),
  }
}

const given = <Name extends string>(name: Name, value: string | null) =>
  (value ? { [name]: value } : {}) as { [Key in Name]?: string }
