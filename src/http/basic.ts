import { isUtf8 } from 'node:buffer'
import { introspecting } from '@/contracts/introspection'
import { pathInApp } from './path'

/** A proxy in front may ask for it: everywhere else it is no credential of this API. */
export const isBasic = (authorization: string): boolean => /^basic(?:[ \t]|$)/i.test(authorization)

const PATHS: readonly string[] = Object.values(introspecting.operations)
  .filter(({ takesBasic }) => takesBasic)
  .map(({ path }) => path)

/** Whether a key may be presented as Basic at a path of the app. */
export const takesBasic = (path: string): boolean => PATHS.includes(path)

/**
 * A key as OAuth's clients present theirs (RFC 6749 §2.3.1): its id and its token, each percent-encoded, with
 * a colon between, in base64 (RFC 7617 §2). A `+` stands for itself: no token holds a space.
 * @returns null where it is not written so
 */
export function readBasic(authorization: string): { keyId: string; token: string } | null {
  const [, encoded = ''] = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization) ?? []
  const bytes = Buffer.from(encoded, 'base64')
  if (bytes.length === 0 || bytes.toString('base64') !== encoded || !isUtf8(bytes)) return null
  const text = bytes.toString()
  const colon = text.indexOf(':')
  if (colon === -1) return null
  try {
    const [keyId, token] = [text.slice(0, colon), text.slice(colon + 1)].map(decodeURIComponent)
    return { keyId: (keyId ?? '').toLowerCase(), token: token ?? '' }
  } catch {
    return null
  }
}

/** Whether a refused request had presented its key as Basic: its answer names that scheme, too. */
export const presentedBasic = (request: Request): boolean =>
  isBasic(request.headers.get('authorization') ?? '') && takesBasic(pathInApp(request))
