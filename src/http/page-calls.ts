import { readSessionCookie } from '@/lib/auth/session-token'
import { callsOf, countUnder } from '@/lib/limits/changes'
import { host } from './host'
import { presentedSession } from './session-credential'

/** A club's pages are made anew for each request, which costs more than a call of the API. */
const CLUB_PAGES = /^\/clubs(?:\/|$)/i

/**
 * Whether reading this page counts as a call of the sign-in that asks for it. The pages to sign in and those of
 * the account do not: there people end sign-ins that somebody else uses up. Server actions count by themselves.
 * @param path decoded
 */
export const isCountedPage = (request: Request, path: string): boolean =>
  host().ownPages && CLUB_PAGES.test(path) && (request.method === 'GET' || request.method === 'HEAD')

/** Counts it. Who is not signed in is only sent to sign in. @throws RateLimited */
export async function countPage(request: Request): Promise<void> {
  const cookie = presentedSession(request)
  const session = cookie === null ? null : await readSessionCookie(cookie)
  if (session) await countUnder([callsOf(session.sessionId)])
}
