import type { Actor, Trace } from '@/lib/auth/actor'
import { sessionActor } from '@/lib/auth/session-actor'
import { readSessionCookie } from '@/lib/auth/session-token'
import { env } from '@/lib/env'
import { Refusal } from '@/lib/errors'
import { CLUB_NAME_HEADER } from './headers'
import { presentedSession } from './session-credential'

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Who calls by session: a cookie of ours, from a page of ours where it changes something, in a club that the
 * person is active in.
 * @returns null when nobody is signed in
 * @throws Refusal `forbidden` (Origin), `invalid_request` (no club named), `not_found` (club)
 */
export async function sessionCaller(request: Request, trace: Trace): Promise<Actor | null> {
  const cookie = presentedSession(request)
  const token = cookie === null ? null : await readSessionCookie(cookie)
  if (!token) return null
  if (!SAFE_METHODS.has(request.method)) requireOwnOrigin(request.headers)
  const slug = request.headers.get(CLUB_NAME_HEADER)
  if (slug === null)
    throw new Refusal('invalid_request', 'A session names its club: send X-Club with the slug.')
  return sessionActor(token, slug, trace)
}

/**
 * A browser sends the cookie along with what other sites make it send; it does not let them choose the
 * Origin.
 * @throws Refusal `forbidden`
 */
export function requireOwnOrigin(headers: Headers): void {
  const { origin } = new URL(env().NEXTAUTH_URL)
  if (headers.get('origin') === origin) return
  throw new Refusal(
    'forbidden',
    `A session changes things only from pages at ${origin} (Origin). Open the app there.`,
  )
}
