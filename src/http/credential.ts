import { holdsToken, MAX_TOKEN_LENGTH } from '@/lib/auth/token'
import { CLUB_NAME_HEADER } from './headers'
import { headerOf, receivedWith, repeatsCredential, type Received } from './incoming'

/**
 * What a request presents. `malformed` is about header syntax only (RFC 6750 §3.1 `invalid_request`); whether
 * a token is good is not asked here.
 */
type Credential =
  | { kind: 'none' }
  | { kind: 'token'; token: string; received?: Received }
  | { kind: 'malformed'; detail: string }

/**
 * Reads `Authorization: Bearer` or its alias `X-API-Key`. Two answers to the question "who are you" are none.
 * @returns with a token the message that brought it, where that is known
 */
export function readCredential(request: Request): Credential {
  const authorization = request.headers.get('authorization')
  const alias = request.headers.get('x-api-key')
  const received = receivedWith(authorization, alias)
  if (received && repeatsCredential(received.message)) return malformed('Send one credential header, once.')
  if (authorization !== null && alias !== null && !isBasic(authorization))
    return malformed('Send Authorization or X-API-Key, not both.')
  if (carriesKey(request.url))
    return malformed(
      'A key in the URL ends up in logs: send it in the Authorization header, and revoke this one.',
    )
  const credential = alias === null ? readBearer(authorization) : readToken(alias)
  if (credential.kind !== 'token') return credential
  if (headerOf(request, received, CLUB_NAME_HEADER) !== null)
    return malformed('X-Club goes with a session; a key has its own club.')
  return received ? { ...credential, received } : credential
}

/** A proxy in front may ask for it; it is no credential of this API. */
const isBasic = (authorization: string): boolean => /^basic(?:[ \t]|$)/i.test(authorization)

function readBearer(value: string | null): Credential {
  if (value === null) return { kind: 'none' }
  // As nearly everyone writes it; the rest of this finds the same.
  if (value.startsWith('Bearer ') && TOKEN_CHARACTERS[value.charCodeAt(7)] === 1)
    return readToken(value.slice(7))
  const space = value.search(/[ \t]/)
  const scheme = space === -1 ? value : value.slice(0, space)
  // `trim` would take a no-break space for padding, and no token may have one next to it.
  if (scheme.toLowerCase() === 'bearer') return readToken(value.slice(scheme.length).replace(/^[ \t]+/, ''))
  // Basic and the like are no credential of this API: the caller is told what is.
  return scheme === '' ? malformed('The Authorization header is empty.') : { kind: 'none' }
}

/**
 * `b64token` of RFC 6750 §2.1, one of them, of a bounded length. Written as a loop: no expression to make
 * backtrack.
 */
function readToken(token: string): Credential {
  if (token === '') return malformed('The credential header holds no token.')
  if (token.length > MAX_TOKEN_LENGTH) return malformed(`A token has at most ${MAX_TOKEN_LENGTH} characters.`)
  let padding = false
  for (let i = 0; i < token.length; i++) {
    const code = token.charCodeAt(i)
    if (code === EQUALS && i > 0) padding = true
    else if (padding || TOKEN_CHARACTERS[code] !== 1)
      return malformed('The credential header holds something other than one token.')
  }
  return { kind: 'token', token }
}

const EQUALS = 0x3d
const TOKEN_CHARACTERS = new Uint8Array(128)
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/')
  TOKEN_CHARACTERS[character.charCodeAt(0)] = 1

/**
 * RFC 6750 §2.3's `access_token`, or a token of our own brand under any name; a key's `start` is not a token:
 * people search for it.
 */
function carriesKey(url: string): boolean {
  const start = url.indexOf('?')
  if (start === -1) return false
  for (const [name, value] of new URLSearchParams(url.slice(start))) {
    if (name.toLowerCase() === 'access_token' || holdsToken(name) || holdsToken(value)) return true
  }
  return false
}

const malformed = (detail: string): Credential => ({ kind: 'malformed', detail })
