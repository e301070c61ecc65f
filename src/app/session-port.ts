import type { SessionPort } from '@/lib/auth/session'
import { findSession } from '@/lib/sign-in/session-actor'
import { sessionCookieIn, sessionCookieName } from '@/lib/sign-in/session-cookie'
import { readSessionCookie } from '@/lib/sign-in/session-token'

/** next-auth's sessions, for the key layer. */
export const sessionPort: SessionPort = {
  async find(request, club) {
    const cookie = sessionCookieIn(request.headers.get('cookie') ?? '')
    const token = cookie === null ? null : await readSessionCookie(cookie)
    return token && findSession(token, club)
  },
  isIn: (cookie) => sessionCookieIn(cookie) !== null,
  async claimed(cookie) {
    const value = sessionCookieIn(cookie)
    const token = value === null ? null : await readSessionCookie(value)
    return token?.sessionId ?? null
  },
  cookieName: sessionCookieName,
}
