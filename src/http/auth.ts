import { randomUUID } from 'node:crypto'
import { authHandler } from '@/lib/auth/session'
import { traceOf } from './context'
import { presentedSession } from './session-credential'

/** `/api/auth/*`: next-auth, told where the request really came from. */
export function handleAuth(request: Request, context: { params: Promise<{ nextauth: string[] }> }): Promise<Response> {
  return authHandler(traceOf(request, randomUUID()), presentedSession(request))(request, context)
}
