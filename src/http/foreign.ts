/** How every key of this layer begins; imported ones may not. */
const OURS = 'sk_'

/** Whether a request presents what looks like a key made here. */
export function seemsOurs({ headers }: Pick<Request, 'headers'>): boolean {
  const authorization = headers.get('authorization')
  return (
    (authorization !== null && ofBearer(authorization)) ||
    (headers.get('x-api-key')?.startsWith(OURS) ?? false)
  )
}

const ofBearer = (authorization: string): boolean => /^bearer[ \t]+sk_/i.test(authorization)

/**
 * Whether a request presents another credential: the app's own bearer token, say. An imported key is one of
 * these to the door; `getAuthContext` verifies it.
 */
export const foreignToken = (request: Pick<Request, 'headers'>): boolean =>
  (request.headers.has('authorization') || request.headers.has('x-api-key')) && !seemsOurs(request)
