import { randomUUID } from 'node:crypto'
import { notFound } from '@/lib/errors'
import { AUTH_TYPE_HEADER, CLUB_HEADER, CONTEXT_HEADER, IDENTITY_HEADERS, USER_HEADER } from './headers'
import { missingCredentials, presentedToken, verifyToken } from './key'
import { problemResponse } from './problem'
import { presentedSession } from './session-credential'
import { pathOf, signStatement } from './statement'

/** Paths under /api that anyone may call. A handler that needs a caller still verifies one itself, so a mistake here opens nothing. */
const PUBLIC_PATHS = [/^\/api\/auth\//, /^\/api\/health\/(live|ready)$/, /^\/api\/metrics$/, /^\/api\/openapi\.json$/]

/**
 * The door, before the framework routes a request: takes every identity header a client sent away and, under /api, lets in only
 * who presents a good key, with a signed statement of who that is, or a session cookie for the handler to read.
 * @returns the headers to go on with, or the refusal to answer at once
 */
export async function authenticate(request: Request): Promise<Outcome> {
  const outcome = await identify(request)
  // The framework would answer a path that it cannot decode with a bare 500.
  if ('refusal' in outcome || isDecodable(pathOf(request))) return outcome
  return { refusal: problemResponse(request, notFound(), randomUUID()) }
}

type Outcome = { headers: Headers } | { refusal: Response }

async function identify(request: Request): Promise<Outcome> {
  const headers = new Headers(request.headers)
  // A session counts only where nothing else is presented; the handler could not see that this had been.
  if (headers.has(CONTEXT_HEADER)) headers.delete('cookie')
  for (const name of IDENTITY_HEADERS) headers.delete(name)
  if (!needsCaller(pathOf(request))) return { headers }
  const requestId = randomUUID()
  try {
    const token = presentedToken(request)
    // A session needs its club and its Origin: the handler reads it, live.
    if (token === null && presentedSession(request) !== null) return { headers }
    if (token === null) throw missingCredentials()
    const key = await verifyToken(request, token)
    headers.set(AUTH_TYPE_HEADER, 'api-key')
    headers.set(CLUB_HEADER, key.clubId)
    headers.set(USER_HEADER, key.userId)
    headers.set(CONTEXT_HEADER, signStatement(request, token, { requestId, key }))
    return { headers }
  } catch (error) {
    return { refusal: problemResponse(request, error, requestId) }
  }
}

function needsCaller(path: string): boolean {
  const isApi = path === '/api' || path.startsWith('/api/')
  return isApi && !PUBLIC_PATHS.some((pattern) => pattern.test(path))
}

function isDecodable(path: string): boolean {
  try {
    return decodeURIComponent(path) !== ''
  } catch {
    return false
  }
}
