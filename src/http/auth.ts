import { randomUUID } from 'node:crypto'
import { authHandler } from '@/lib/auth/session'
import { notFound } from '@/lib/errors'
import { refuseCoded } from './body'
import { traceOf } from './context'
import { problemResponse } from './problem'
import { presentedSession } from './session-credential'

/**
 * `/api/auth/*`: next-auth, told where the request really came from. But not the path at which it lets anyone
 * write to our log.
 */
export async function handleAuth(
  request: Request,
  context: { params: Promise<{ nextauth: string[] }> },
): Promise<Response> {
  const { nextauth } = await context.params
  if (nextauth[0] === '_log') return problemResponse(request, notFound(), randomUUID())
  try {
    refuseCoded(request)
  } catch (error) {
    return problemResponse(request, error, randomUUID())
  }
  const answer = await authHandler(traceOf(request, randomUUID()), presentedSession(request))(
    request,
    context,
  )
  // It says so of most of its answers, not of its errors.
  if (!answer.headers.has('cache-control')) answer.headers.set('cache-control', 'no-store')
  return answer
}
