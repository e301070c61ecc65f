import { sessionCookieName } from '@/lib/auth/session-cookie'
import { CONTEXT_HEADER } from './headers'

/** Whether a request presents nothing that stands before a session. */
export const isAlone = ({ headers }: Pick<Request, 'headers'>): boolean =>
  !headers.has('authorization') && !headers.has('x-api-key') && !headers.has(CONTEXT_HEADER)

/**
 * The value of the session cookie, if this request presents nothing else: any other credential, good or bad,
 * stands alone.
 */
export function presentedSession({ headers }: Pick<Request, 'headers'>): string | null {
  if (!isAlone({ headers })) return null
  const name = sessionCookieName()
  for (const pair of headers.get('cookie')?.split(';') ?? []) {
    const [key = '', ...value] = pair.trim().split('=')
    if (key === name && value.length > 0) return value.join('=')
  }
  return null
}
