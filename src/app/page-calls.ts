import { isAlone } from '@/http/session-credential'
import { callsOf, countUnder } from '@/lib/limits/changes'
import { sessionPort } from './session-port'

/** A club's pages are made anew for each request, which costs more than a call of the API. */
const CLUB_PAGES = /^\/clubs(?:\/|$)/i

/**
 * Whether reading this page counts as a call of the sign-in that asks for it. The pages to sign in and those
 * of the account do not: there people end sign-ins that somebody else uses up. Server actions count by
 * themselves.
 * @param path decoded
 */
export const isCountedPage = ({ method }: Request, path: string): boolean =>
  CLUB_PAGES.test(path) && (method === 'GET' || method === 'HEAD')

/** Counts the call. People who are not signed in are only sent to sign in. @throws RateLimited */
export async function countPage(request: Request): Promise<void> {
  if (!isAlone(request)) return
  const sessionId = await sessionPort.claimed?.(request.headers.get('cookie') ?? '')
  if (sessionId) await countUnder([callsOf(sessionId)])
}
