import { oldHeaders } from '@/lib/settings'
import { CONTEXT_HEADER } from './headers'
import { host } from './host'

/** Whether a request presents a token, or something in a token's place. */
export const presentsToken = ({ headers }: Pick<Request, 'headers'>): boolean =>
  headers.has('authorization') ||
  headers.has('x-api-key') ||
  oldHeaders().names.some((name) => headers.has(name))

/** Whether a request presents nothing that goes before a session. */
export const isAlone = (request: Pick<Request, 'headers'>): boolean =>
  !presentsToken(request) && !request.headers.has(CONTEXT_HEADER)

/**
 * The Cookie header, if the request presents nothing else: any other credential, good or bad, excludes a
 * session.
 */
export function presentedCookie({ headers }: Pick<Request, 'headers'>): string | null {
  const { session } = host()
  const cookie = headers.get('cookie')
  if (!session || cookie === null || !isAlone({ headers })) return null
  return session.isIn === undefined || session.isIn(cookie) ? cookie : null
}
