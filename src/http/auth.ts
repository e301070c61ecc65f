import { randomUUID } from 'node:crypto'
import { askNextAuth, type AuthAnswer, type AuthAsked } from '@/lib/auth/session'
import { env } from '@/lib/env'
import { notFound } from '@/lib/errors'
import { readAuthRequest, isAwaited } from './auth-request'
import { traceOf } from './context'
import { problemResponse } from './problem'

type Context = { params: Promise<{ nextauth: string[] }> }

/** `/api/auth/*`: next-auth, asked only what it answers well, and told where the request really came from. */
export async function handleAuth(request: Request, context: Context): Promise<Response> {
  const trace = traceOf(request, randomUUID())
  try {
    const asked = await readAuthRequest(request, (await context.params).nextauth)
    // Before anybody asks the provider what it says of itself: a stranger's request must not.
    if (asked.action === 'callback' && asked.method === 'GET' && !(await isAwaited(asked)))
      return respond(request, sentTo('/sign-in?error=OAuthCallback'))
    const answer = await askNextAuth(asked, trace)
    return answer.failure === undefined
      ? respond(request, answer)
      : await failed(request, asked, answer.failure, trace.requestId)
  } catch (error) {
    return problemResponse(request, error, trace.requestId)
  }
}

/**
 * An act that was not done is not answered as if it were: no cookie is set or taken away, and it can be sent
 * again. A person whom a provider sent is led to the sign-in page, which is also where next-auth's own client
 * looks for what went wrong.
 */
async function failed(request: Request, { method, action }: AuthAsked, failure: unknown, requestId: string) {
  if (method === 'GET') return respond(request, sentTo(UNAVAILABLE))
  const problem = problemResponse(request, failure, requestId)
  if (action !== 'callback') return problem
  const url = new URL(UNAVAILABLE, env().NEXTAUTH_URL).href
  return Response.json({ ...((await problem.json()) as object), url }, problem)
}

const UNAVAILABLE = '/sign-in?error=unavailable'
const sentTo = (path: string): AuthAnswer => ({ status: 302, headers: [['location', path]], body: null })

function respond(request: Request, { status, headers, body }: AuthAnswer): Response {
  const sent = new Headers(headers)
  // Its pages have no policy, and ours take their place.
  if (sent.get('content-type')?.includes('html')) throw notFound()
  // It says so of most of its answers, not of its errors.
  if (!sent.has('cache-control')) sent.set('cache-control', 'no-store')
  sent.set('x-content-type-options', 'nosniff')
  return new Response(request.method === 'HEAD' ? null : body, { status, headers: sent })
}
