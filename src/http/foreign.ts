import { presentsToken } from './session-credential'

/**
 * How every key of this layer begins; imported ones may not. Also behind what cannot stand in a token: two
 * tokens in one header, one in quotes, one without its scheme.
 */
const OURS = /(?:^|[^\w.~+/=-])sk_/

/** Others are schemes of the app's own. */
const BEARER = /^(?:bearer(?![\w-])|sk_)/i

/** Whether a request presents what looks like a key made here. */
export function seemsOurs({ headers }: Pick<Request, 'headers'>): boolean {
  const authorization = headers.get('authorization')
  return (authorization !== null && ofBearer(authorization)) || OURS.test(headers.get('x-api-key') ?? '')
}

/** Read without capitals: whoever wrote them meant a key. */
const ofBearer = (authorization: string): boolean =>
  BEARER.test(authorization) && OURS.test(authorization.toLowerCase())

/**
 * Whether a request presents another credential: the app's own bearer token, say. An imported key is one of
 * these to the door; `getAuthContext` verifies it.
 */
export const foreignToken = (request: Pick<Request, 'headers'>): boolean =>
  presentsToken(request) && !seemsOurs(request)
