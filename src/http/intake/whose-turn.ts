import type { IncomingMessage } from 'node:http'
import { verifiedKeys } from '@/lib/auth/verified-keys'
import { networkOf } from '@/lib/limits/network'
import { oldHeaders } from '@/lib/settings'
import { isBasic, readBasic } from '../basic'
import { addressOf } from '../client-address'
import { digestOnce } from '../credential'
import { receivedAs } from '../incoming'
import { endsSomething } from '../limits-met'
import { host } from '../host'
import { presentedCookie } from '../session-credential'

/**
 * Among whose requests one waits. A known credential's acts wait among its own alone (G13); its other calls
 * among those of all keys of its owner in the club, so that keys which a key makes multiply nothing. What
 * nobody knows waits with all else from its network: anybody can think up tokens.
 */
export type Whose = { name: string; known: boolean }

export function whoseTurn(message: IncomingMessage, queue: Queue): Whose | Promise<Whose> {
  const token = tokenIn(message)
  if (token !== null) return whoseKey(digestOnce(token, receivedAs(message)), queue) ?? whoseNetwork(message)
  if (cookieOf(message) === null) return whoseNetwork(message)
  return claimedSession(message).then((sessionId) =>
    sessionId === null ? whoseNetwork(message) : { name: `session ${sessionId}`, known: true },
  )
}

function whoseKey(digest: string, queue: Queue): Whose | null {
  const key = verifiedKeys().lastKnown(digest)
  if (!key) return null
  const name = queue === 'acts' ? `key ${key.id}` : `keys of ${JSON.stringify([key.clubId, key.userId])}`
  return { name, known: true }
}

function whoseNetwork(message: IncomingMessage): Whose {
  const address = addressOf(receivedAs(message))
  return { name: `network ${address === null ? 'unknown' : networkOf(address)}`, known: false }
}

/** As nearly everyone writes it. Who writes it otherwise waits with their network. */
export function tokenIn({ headers }: Pick<IncomingMessage, 'headers'>): string | null {
  const { authorization = '', 'x-api-key': alias } = headers
  if (typeof alias === 'string') return alias
  if (/^bearer /i.test(authorization)) return authorization.slice('bearer '.length)
  const { names, schemes, raw } = oldHeaders()
  const own = names.map((name) => headers[name]).find((value) => typeof value === 'string')
  if (own !== undefined) return own
  if (isBasic(authorization)) return readBasic(authorization)?.token ?? null
  const [scheme = '', token] = authorization.split(' ', 2)
  if (token !== undefined) return schemes.has(scheme.toLowerCase()) ? token : null
  return raw && authorization !== '' ? authorization : null
}

/** The Cookie header of a message that presents a session and nothing else. */
export function cookieOf({ headers }: IncomingMessage): string | null {
  const { cookie } = headers
  if (cookie === undefined) return null
  const seen = new Headers({ cookie })
  for (const name of ['authorization', 'x-api-key', ...oldHeaders().names])
    if (headers[name] !== undefined) seen.set(name, String(headers[name]))
  return presentedCookie({ headers: seen })
}

/** The sign-in that a message proves by its cookie alone; whether it still stands is not asked. */
export async function claimedSession(message: IncomingMessage): Promise<string | null> {
  const cookie = cookieOf(message)
  return cookie === null ? null : ((await host().session?.claimed?.(cookie)) ?? null)
}

/**
 * Acts: what ends something, and what people do on pages. The rest: all else that costs time. None (null):
 * what costs none, must always be answered, waits for a provider elsewhere, or takes turns of its own.
 */
export type Queue = 'acts' | 'rest'

export function queueOf({ method = 'GET' }: IncomingMessage, path: string): Queue | null {
  if (NONE.test(path)) return null
  return path === '/api/auth/signout' || endsSomething(method, path) ? 'acts' : 'rest'
}

const NONE =
  /^\/_next\/|^\/api\/(?:health\/|metrics$|v1\/leaks$|secret-scanning\/github$)|^\/api\/auth\/(?:signin|callback\/(?!password$))/
