import type { Actor, Trace } from '@/lib/auth/actor'
import { hostActor, sessionActor, type SessionToken } from '@/lib/auth/session-actor'
import { readSessionCookie } from '@/lib/auth/session-token'
import { env } from '@/lib/env'
import { Refusal } from '@/lib/errors'
import { callsOf, countUnder } from '@/lib/limits/changes'
import { CLUB_NAME_HEADER } from './headers'
import { host, type Host } from './host'
import { isAlone, presentedSession } from './session-credential'

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Who calls by session: a cookie of ours, from a page of ours where it changes something, in a club that the
 * person is active in.
 * @returns null when nobody is signed in
 * @throws Refusal `forbidden` (Origin), `invalid_request` (no club named), `not_found` (club)
 */
export async function sessionCaller(request: Request, trace: Trace): Promise<Actor | null> {
  const { session } = host()
  if (session) return hostCaller(request, session, trace)
  const cookie = presentedSession(request)
  const token = cookie === null ? null : await readSessionCookie(cookie)
  if (!token) return null
  const slug = clubNamed(request)
  return countingLost(token, () => sessionActor(token, slug, trace))
}

/** By the sessions of the app that this layer stands in: it says who is signed in, and we what they may do. */
async function hostCaller(
  request: Request,
  session: NonNullable<Host['session']>,
  trace: Trace,
): Promise<Actor | null> {
  if (!isAlone(request)) return null
  const given = await session(request, request.headers.get(CLUB_NAME_HEADER) ?? '')
  if (!given) return null
  const slug = clubNamed(request)
  const sessionId = String(given.sessionId || `user:${given.userId}`)
  return countingLost({ sessionId }, () => hostActor({ ...given, sessionId }, slug, trace))
}

/** @throws Refusal `forbidden` (Origin), `invalid_request` (no club named) */
function clubNamed({ method, headers }: Request): string {
  if (!SAFE_METHODS.has(method)) requireOwnOrigin(headers)
  const slug = headers.get(CLUB_NAME_HEADER)
  if (slug === null)
    throw new Refusal('invalid_request', 'A session names its club: send X-Club with the slug.')
  return slug
}

/**
 * Looks for the actor of a sign-in. A call that finds none costs the same statement as one that does, and
 * nobody counts it later: it counts here.
 * @throws RateLimited
 */
export async function countingLost(
  { sessionId }: Pick<SessionToken, 'sessionId'>,
  find: () => Promise<Actor | null>,
): Promise<Actor | null> {
  const count = () => countUnder([callsOf(sessionId)])
  try {
    const actor = await find()
    if (!actor) await count()
    return actor
  } catch (error) {
    if (error instanceof Refusal) await count()
    throw error
  }
}

/**
 * A browser sends the cookie along with what other sites make it send; it does not let them choose the
 * Origin.
 * @throws Refusal `forbidden`
 */
export function requireOwnOrigin(headers: Headers): void {
  const origins = host().origins ?? [new URL(env().NEXTAUTH_URL).origin]
  const origin = headers.get('origin')
  if (origin && origins.includes(origin)) return
  throw new Refusal(
    'forbidden',
    `A session changes things only from pages at ${origins.join(' or ') || 'no address that is set up'} (Origin). Open the app there.`,
  )
}
