import type { Actor, Trace } from '@/lib/actor'
import { memberActor } from '@/lib/auth/member-actor'
import { Refusal } from '@/lib/errors'
import { callsOf, countUnder } from '@/lib/limits/changes'
import { CLUB_NAME_HEADER } from './headers'
import { isFromElsewhere } from './cross-origin'
import { host, ownOrigins } from './host'
import { isAlone } from './session-credential'

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Who calls by session. The app says who is signed in; the layer finds out what they may do. A page of the
 * app must have sent the change, in a club where the person is active.
 * @returns null when nobody is signed in
 * @throws Refusal `forbidden` (Origin), `invalid_request` (no club named), `not_found` (club)
 */
export async function sessionCaller(request: Request, trace: Trace): Promise<Actor | null> {
  const { session } = host()
  if (!session || !isAlone(request)) return null
  // What changes something is refused below, in words: a page of ours may have another address than it should.
  if (SAFE_METHODS.has(request.method) && isFromElsewhere(request)) return null
  const found = await session.find(request, request.headers.get(CLUB_NAME_HEADER) ?? '')
  if (!found) return countEnded(request)
  const slug = clubNamed(request)
  const sessionId = String(found.sessionId || `user:${found.userId}`)
  return countingLost(sessionId, () => memberActor({ ...found, sessionId }, slug, trace))
}

/** Looking up a sign-in that has ended costs as much. @throws RateLimited */
async function countEnded({ headers }: Request): Promise<null> {
  const sessionId = await host().session?.claimed?.(headers.get('cookie') ?? '')
  if (sessionId) await countUnder([callsOf(sessionId)])
  return null
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
 * Looks for the actor of a sign-in. A call that finds none costs the same statement as others, and nobody
 * counts it later: so it counts here.
 * @throws RateLimited
 */
export async function countingLost(
  sessionId: string,
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
 * A browser adds the cookie to requests that other sites make; but those sites cannot choose the Origin.
 * @throws Refusal `forbidden`
 */
export function requireOwnOrigin(headers: Headers): void {
  const origins = ownOrigins()
  const origin = headers.get('origin')
  if (origin && origins.includes(origin)) return
  throw new Refusal(
    'forbidden',
    `A session changes things only from pages at ${origins.join(' or ') || 'no address that is set up'} (Origin). Open the app there.`,
  )
}
