import { presentsToken } from './session-credential'

/**
 * Every key that was made here begins like this; imported ones may not. Found also after characters that no
 * token has: two tokens in one header, a token in quotes, one without its scheme.
 */
const OURS = /(?:^|[^\w.~+/=-])sk_/

/** Other schemes are the app's own. */
const BEARER = /^(?:bearer(?![\w-])|sk_)/i

/** Whether a request presents what looks like a key made here. */
export function seemsOurs({ headers }: Pick<Request, 'headers'>): boolean {
  const authorization = headers.get('authorization')
  return (authorization !== null && ofBearer(authorization)) || OURS.test(headers.get('x-api-key') ?? '')
}

/** In any case: the client surely meant a key. */
const ofBearer = (authorization: string): boolean =>
  BEARER.test(authorization) && OURS.test(authorization.toLowerCase())

/**
 * Whether a request presents another credential, such as the app's own bearer token. To the door an imported
 * key is one, too; `getAuthContext` verifies it.
 */
export const foreignToken = (request: Pick<Request, 'headers'>): boolean =>
  presentsToken(request) && !seemsOurs(request)
