import { classifyToken, digestText, holdsToken, MAX_TOKEN_LENGTH } from '@/lib/auth/token'
import { Refusal } from '@/lib/errors'
import type { OldHeaders } from '@/lib/old-headers'
import { oldHeaders } from '@/lib/settings'
import { isBasic, readBasic, takesBasic } from './basic'
import type { Call, Received } from './call'
import { CLUB_NAME_HEADER } from './headers'
import { receivedOf } from './incoming'

/**
 * What a request presents. `malformed` is about header syntax only (RFC 6750 §3.1 `invalid_request`); it does
 * not say whether a token is good.
 */
type Malformed = { kind: 'malformed'; detail: string }
type Credential = Call | Malformed | { kind: 'none' }

/**
 * Reads `Authorization: Bearer` or its alias `X-API-Key`, and the places of old tokens where the app names
 * any. Two answers to the question "who are you" are none.
 * @param path in the app
 * @param received the message that `request` was made of
 */
export function readCredential(request: Request, path: string, received: Received | undefined): Credential {
  const { headers, method, url } = request
  const old = oldHeaders()
  const authorization = headers.get('authorization')
  const alias = headers.get('x-api-key')
  const own = old.names.filter((name) => headers.has(name))
  const read = readHeaders(headers, old, authorization, alias, own[0], path)
  if (received && repeatsCredential(received, old)) return malformed('Send one credential header, once.')
  const others = own.length + (alias === null ? 0 : 1)
  if (others > 1 || (others === 1 && authorization !== null && !isBasic(authorization)))
    return malformed(
      own.length > 0 ? 'Send one credential header, once.' : 'Send Authorization or X-API-Key, not both.',
    )
  if (carriesKey(url))
    return malformed(
      'A key in the URL ends up in logs: send it in the Authorization header, and revoke this one.',
    )
  if (read.kind !== 'token') return read
  const { token, onlyImported = false, keyId } = read
  if (namesClub(headers, received)) return malformed('X-Club goes with a session; a key has its own club.')
  const digest = digestOnce(token, received)
  return {
    kind: 'token',
    token,
    digest,
    onlyImported,
    ...(keyId !== undefined && { keyId }),
    method,
    path,
    received,
  }
}

function readHeaders(
  headers: Headers,
  old: OldHeaders,
  authorization: string | null,
  alias: string | null,
  own: string | undefined,
  path: string,
): Read {
  if (alias !== null) return readToken(alias)
  if (own === undefined && authorization !== null && isBasic(authorization) && takesBasic(path))
    return readIdAndToken(authorization)
  return own === undefined ? readAuthorization(authorization, old) : asOld(readToken(headers.get(own) ?? ''))
}

/**
 * The call of a request; null when it presents no token.
 * @param path in the app
 * @throws Refusal `invalid_request`
 */
export function readCall(request: Request, path: string): Call | null {
  const credential = readCredential(request, path, receivedOf(request))
  if (credential.kind === 'malformed') throw new Refusal('invalid_request', credential.detail)
  return credential.kind === 'none' ? null : credential
}

/** SHA-256 of a token, taken once a message: its turn, the door and its handler ask for it. */
export function digestOnce(token: string, received: Received | undefined): string {
  if (received?.hashed?.token === token) return received.hashed.digest
  const digest = digestText(token)
  if (received) received.hashed = { token, digest }
  return digest
}

export const missingCredentials = () =>
  new Refusal('missing_credentials', 'Send an API key: Authorization: Bearer sk_...')

/** The Web's Headers take many times as long as the message's. */
const namesClub = (headers: Headers, received: Received | undefined): boolean =>
  received ? received.message.headers[CLUB_NAME_HEADER] !== undefined : headers.has(CLUB_NAME_HEADER)

const AUTHORIZATION = 'authorization'
const X_API_KEY = 'x-api-key'

/** Whether a message has a credential header twice: of `Authorization` Node keeps only the first. */
function repeatsCredential({ message: { rawHeaders } }: Received, { names }: OldHeaders): boolean {
  let [authorizations, aliases, others] = [0, 0, 0]
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const { length } = rawHeaders[i] ?? ''
    const mayBeOther = names.length > 0 && names.some((name) => name.length === length)
    if (length !== AUTHORIZATION.length && length !== X_API_KEY.length && !mayBeOther) continue
    const name = rawHeaders[i]?.toLowerCase() ?? ''
    if (name === AUTHORIZATION) authorizations++
    else if (name === X_API_KEY) aliases++
    else if (mayBeOther && names.includes(name)) others++
  }
  return authorizations > 1 || aliases > 1 || others > 1
}

type Token = { kind: 'token'; token: string; onlyImported?: boolean; keyId?: string }
type Read = Token | Malformed | { kind: 'none' }

function readIdAndToken(authorization: string): Read {
  const basic = readBasic(authorization)
  if (!basic) return malformed('Basic holds the id of a key and its token, percent-encoded, in base64.')
  const read = readToken(basic.token)
  return read.kind === 'token' ? { ...read, keyId: basic.keyId } : read
}

function readAuthorization(value: string | null, old: OldHeaders): Read {
  if (value === null) return { kind: 'none' }
  // As nearly everyone writes it; the rest of this finds the same.
  if (value.startsWith('Bearer ') && TOKEN_CHARACTERS[value.charCodeAt(7)] === 1)
    return readToken(value.slice(7))
  const space = value.search(/[ \t]/)
  const scheme = (space === -1 ? value : value.slice(0, space)).toLowerCase()
  if (scheme === '') return malformed('The Authorization header is empty.')
  // `trim` would take a no-break space for padding, and no token may have one next to it.
  const rest = value.slice(scheme.length).replace(/^[ \t]+/, '')
  if (scheme === 'bearer') return readToken(rest)
  if (old.schemes.has(scheme)) return asOld(readToken(scheme === 'token' ? valueOfRails(rest) : rest))
  // Basic and the like are no credential of this API: the caller is told what is.
  return old.raw && space === -1 && !isBasic(value) ? asOld(readToken(value)) : { kind: 'none' }
}

/** Rails writes `Token token="..."`, with quotes or without. Of further parameters nothing is known here. */
function valueOfRails(rest: string): string {
  const [, quoted, bare] = /^token=(?:"([^"]*)"|([^",; \t]*))$/i.exec(rest) ?? []
  return quoted ?? bare ?? rest
}

/** A token that was made here was never sent there: it is as it would be without those places. */
const asOld = (read: Read): Read =>
  read.kind !== 'token'
    ? read
    : classifyToken(read.token) === 'opaque'
      ? { ...read, onlyImported: true }
      : { kind: 'none' }

/**
 * `b64token` of RFC 6750 §2.1, one of them, of a bounded length. Written as a loop: no expression to make
 * backtrack.
 */
function readToken(token: string): Read {
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

const malformed = (detail: string): Malformed => ({ kind: 'malformed', detail })
