import { createHash, timingSafeEqual } from 'node:crypto'
import { decode, encode, type JWT } from 'next-auth/jwt'
import { env } from '../env'

/** `{"alg":"dir","enc":"A256GCM"}`: every cookie of ours begins with it, and holds no key. */
const OUR_HEADER = `${Buffer.from('{"alg":"dir","enc":"A256GCM"}').toString('base64url')}..`

/** The longest cookie that a browser keeps, in bytes. */
const LONGEST = 4096

/**
 * The secrets that a cookie may be sealed under; the first one seals new cookies. There are two while the
 * secret is replaced, so that processes before and after the change read each other's cookies.
 */
function acceptedSecrets(): string[] {
  const { NEXTAUTH_SECRET, NEXTAUTH_SECRET_PREVIOUS } = env()
  return [NEXTAUTH_SECRET, NEXTAUTH_SECRET_PREVIOUS].filter((secret) => secret !== undefined)
}

/**
 * The content of a sealed cookie; null for a cookie that we did not seal or that is too old. A header (RFC
 * 7516) may name other ways to decrypt; one of them hashes the secret ten thousand times before it fails, and
 * anyone could ask for that.
 * @param salt the cookie's name, which is part of its key; empty for the session's
 */
export async function openCookie(cookie: string, salt = ''): Promise<JWT | null> {
  if (!cookie.startsWith(OUR_HEADER) || cookie.length > LONGEST) return null
  for (const secret of acceptedSecrets()) {
    const claims = await decode({ token: cookie, secret, salt }).catch(() => null)
    if (claims) return claims
  }
  return null
}

/** Seals claims for this many seconds under the current secret. */
export async function sealCookie(claims: JWT, maxAge: number, salt = ''): Promise<string> {
  const [secret = ''] = acceptedSecrets()
  return encode({ token: claims, secret, salt, maxAge })
}

/**
 * next-auth's double-submit cookie, `token|sha256(token + secret)`, made anew under the current secret; null
 * when it was made under none of ours.
 */
export function csrfUnderCurrentSecret(cookie: string): string | null {
  const [token = '', digest = '', ...rest] = cookie.split('|')
  if (token === '' || rest.length > 0) return null
  const digestUnder = (secret: string) => createHash('sha256').update(`${token}${secret}`).digest('hex')
  const [now = '', ...older] = acceptedSecrets().map(digestUnder)
  return [now, ...older].some((known) => isSame(known, digest)) ? `${token}|${now}` : null
}

/** In constant time: the time taken must not tell how far two secrets agree. */
export function isSame(known: string, given: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(known), digest(given))
}
