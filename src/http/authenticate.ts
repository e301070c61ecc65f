import { randomUUID } from 'node:crypto'
import { floor } from '@/lib/db/floor'
import { notFound, unavailable } from '@/lib/errors'
import { AUTH_TYPE_HEADER, CLUB_HEADER, CONTEXT_HEADER, IDENTITY_HEADERS, USER_HEADER } from './headers'
import { foreignToken, seemsOurs } from './foreign'
import { host, PROBES } from './host'
import { handOn, noteAdmitted, statementOf } from './incoming'
import {
  admitToken,
  missingCredentials,
  presentedToken,
  verifyToken,
  type Admitted,
  type Presented,
} from './key'
import { pathInApp } from './path'
import { problemResponse } from './problem'
import { presentedCookie } from './session-credential'
import { readCounts, signStatement, type Statement } from './statement'

/**
 * The door, before the framework routes a request: takes every identity header a client sent away and, where
 * a caller is needed, lets in only who presents a good key, with a signed statement of who that is, or a
 * session cookie for the handler to read. In another app, a key of ours is looked at wherever it is sent: a
 * path that the door was not told of may be rewritten to a handler that trusts it.
 *
 * A process of a release that the database has outrun answers nobody but probes. In another app it verifies no
 * key and no session, and leaves the rest to that app.
 * @returns the refusal to answer at once, or the headers to go on with; null: the request's own, on which the
 *   identity stands already
 */
export function authenticate(request: Request): Outcome | Promise<Outcome> {
  const path = pathInApp(request)
  if (host().ownPages && !PROBES.includes(path) && floor().isOutrun()) return refused(request, unavailable())
  const decoded = decodedPath(path)
  if (needsCaller(path, decoded) || isStray(request, path)) {
    const outcome = identify(request)
    // The framework would answer a path that it cannot decode with a bare 500.
    return decoded === null ? Promise.resolve(outcome).then((known) => lost(request, known)) : outcome
  }
  if (decoded === null) return lost(request)
  return { headers: stripped(request) }
}

const isStray = (request: Request, path: string): boolean =>
  !host().ownPages && !host().open.test(path) && seemsOurs(request)

/** `identity`: what the headers say of a verified key; undefined where nothing was verified. */
export type Outcome =
  { headers: Headers | null; identity?: Readonly<Record<string, string>> } | { refusal: Response }

/** What has no page of any name, unless it is refused for something else. */
const lost = (request: Request, known?: Outcome): Outcome =>
  known && 'refusal' in known ? known : refused(request, notFound())

const refused = (request: Request, error: unknown): Outcome => ({
  refusal: problemResponse(request, error, randomUUID()),
})

/** Not a promise when the key is in memory and limits are counted in this process. */
function identify(request: Request): Outcome | Promise<Outcome> {
  const requestId = randomUUID()
  const refuse = (error: unknown): Outcome => ({ refusal: problemResponse(request, error, requestId) })
  try {
    if (host().passesOthers && foreignToken(request)) return { headers: stripped(request) }
    const presented = presentedToken(request)
    if (presented === null) {
      if (!mayComeWithout(request)) throw missingCredentials()
      return { headers: stripped(request) }
    }
    const letIn = ({ key, standings }: Admitted) => goOn(request, presented, { requestId, key, standings })
    const admitted = admitOnce(request, presented)
    return admitted instanceof Promise ? admitted.then(letIn).catch(refuse) : letIn(admitted)
  } catch (error) {
    return refuse(error)
  }
}

/** Another app may call the door by hand, and then once more. */
function admitOnce(request: Request, presented: Presented): Admitted | Promise<Admitted> {
  const { received, digest } = presented
  const statement = statementOf(received, digest)
  const standings = statement === null ? null : readCounts(request, digest, statement)
  if (!standings) return admitToken(request, presented)
  const key = verifyToken(request, presented)
  return key instanceof Promise ? key.then((known) => ({ key: known, standings })) : { key, standings }
}

/** A session needs its club and its Origin: the handler reads it, live. */
function mayComeWithout(request: Request): boolean {
  // A key that could not be read as one is still no way in.
  return host().passesOthers ? !seemsOurs(request) : presentedCookie(request) !== null
}

function goOn(request: Request, { digest, received }: Presented, statement: Statement): Outcome {
  const identity = {
    [AUTH_TYPE_HEADER]: 'api-key',
    [CLUB_HEADER]: statement.key.clubId,
    [USER_HEADER]: statement.key.userId,
    [CONTEXT_HEADER]: signStatement(request, digest, statement),
  }
  if (received) {
    noteAdmitted(received, digest, identity[CONTEXT_HEADER], statement.standings)
    if (handOn(received, request, identity)) return { headers: null, identity }
  }
  const headers = stripped(request)
  for (const [name, value] of Object.entries(identity)) headers.set(name, value)
  return { headers, identity }
}

function stripped(request: Request): Headers {
  const headers = new Headers(request.headers)
  // A session counts only where nothing else is presented; the handler could not see that this had been.
  if (headers.has(CONTEXT_HEADER)) headers.delete('cookie')
  for (const name of IDENTITY_HEADERS) headers.delete(name)
  return headers
}

/** Where a path is spelled so that it means another one, too, the stricter reading counts. */
function needsCaller(path: string, decoded: string | null): boolean {
  const { keyed, open } = host()
  return (
    (keyed.test(path) || (decoded !== path && decoded !== null && keyed.test(decoded))) && !open.test(path)
  )
}

/** null where it cannot be decoded. */
function decodedPath(path: string): string | null {
  if (!path.includes('%')) return path
  try {
    return decodeURIComponent(path)
  } catch {
    return null
  }
}
