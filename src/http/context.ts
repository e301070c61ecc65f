import { randomUUID } from 'node:crypto'
import { keyActor, type Actor, type Trace } from '@/lib/auth/actor'
import { redact } from '@/lib/redact'
import { clientAddress } from './client-address'
import { CONTEXT_HEADER } from './headers'
import { missingCredentials, presentedToken, verifyToken } from './key'
import { sessionCaller } from './session'
import { readStatement } from './statement'

/** A request whose caller is known. */
export type AuthContext = { actor: Actor; requestId: string }

/**
 * Who calls: from the middleware's statement if it was made for this very request, else from the request's own credential, verified
 * afresh (in-route mode); a session only where no credential is presented. The only way a handler learns a club; the plain
 * `x-api-key-*` headers prove nothing.
 * @throws Refusal `missing_credentials` | `invalid_request` | `invalid_token`; for a session also `forbidden` | `not_found`
 */
export async function getAuthContext(request: Request): Promise<AuthContext> {
  const token = presentedToken(request)
  if (token !== null) return keyContext(request, token)
  const trace = traceOf(request, randomUUID())
  const actor = await sessionCaller(request, trace)
  if (!actor) throw missingCredentials()
  return { actor, requestId: trace.requestId }
}

async function keyContext(request: Request, token: string): Promise<AuthContext> {
  const statement = request.headers.get(CONTEXT_HEADER)
  const stated = statement === null ? null : readStatement(request, token, statement)
  const key = stated?.key ?? (await verifyToken(request, token))
  const trace = traceOf(request, stated?.requestId ?? randomUUID())
  return { actor: keyActor(key, trace), requestId: trace.requestId }
}

/** What the audit log keeps of where a request came from. Read by the few requests that leave a record, and not before. */
export function traceOf(request: Request, requestId: string): Trace & { requestId: string } {
  return {
    requestId,
    get address() {
      return clientAddress(request)
    },
    get userAgent() {
      return redact(request.headers.get('user-agent')?.slice(0, 512) ?? '') || null
    },
  }
}
