import { askNextAuth, type AuthAnswer, type AuthAsked } from '@/lib/sign-in/next-auth'
import { env } from '@/lib/env'
import { notFound } from '@/lib/errors'
import { readAuthRequest, isAwaited } from './auth-request'
import { traceOf } from '@/http/context'
import { problemResponse } from '@/http/problem'

type Context = { params: Promise<{ nextauth: string[] }> }

/** `/api/auth/*`: next-auth, which gets only requests that it can answer, with the client's true address. */
export async function handleAuth(request: Request, context: Context): Promise<Response> {
  const trace = traceOf(request)
  try {
    const asked = await readAuthRequest(request, (await context.params).nextauth)
    // Before the provider's discovery document is fetched: a stranger's request must not cause that.
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
 * A failed act is not answered as if it had succeeded: no cookie is set or deleted, and the request can be
 * sent again. A person who comes back from a provider is sent to the sign-in page, where next-auth's own
 * client looks for errors, too.
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
  // next-auth's pages have no content security policy; ours replace them.
  if (sent.get('content-type')?.includes('html')) throw notFound()
  // It says so of most of its answers, not of its errors.
  if (!sent.has('cache-control')) sent.set('cache-control', 'no-store')
  sent.set('x-content-type-options', 'nosniff')
  return new Response(request.method === 'HEAD' ? null : body, { status, headers: sent })
}
