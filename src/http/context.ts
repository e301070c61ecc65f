import { randomUUID } from 'node:crypto'
import { keyActor, type Actor, type Trace } from '@/lib/auth/actor'
import type { Standing } from '@/lib/limits/limit'
import { redact } from '@/lib/redact'
import { clientAddress } from './client-address'
import { CONTEXT_HEADER } from './headers'
import { admitToken, missingCredentials, presentedToken, verifyToken, type Admitted } from './key'
import { sessionCaller } from './session'
import { readCounts, readStatement } from './statement'

/** A request whose caller is known, and how the limits stand that it was counted under. */
export type AuthContext = { actor: Actor; requestId: string; standings: readonly Standing[] }

/**
 * Who calls: from the middleware's statement if it was made for this very request, else from the request's own credential, verified
 * afresh (in-route mode); a session only where no credential is presented. The only way a handler learns a club; the plain
 * `x-api-key-*` headers prove nothing.
 * @throws Refusal `missing_credentials` | `invalid_request` | `invalid_token` | `rate_limited`; for a session also `forbidden` | `not_found`
 */
export async function getAuthContext(request: Request): Promise<AuthContext> {
  const token = presentedToken(request)
  if (token !== null) return keyContext(request, token)
  const trace = traceOf(request, randomUUID())
  const actor = await sessionCaller(request, trace)
  if (!actor) throw missingCredentials()
  return { actor, requestId: trace.requestId, standings: [] }
}

async function keyContext(request: Request, token: string): Promise<AuthContext> {
  const statement = request.headers.get(CONTEXT_HEADER)
  const stated = statement === null ? null : readStatement(request, token, statement)
  const { key, standings } = stated ?? (await verifyAfresh(request, token, statement))
  const trace = traceOf(request, stated?.requestId ?? randomUUID())
  return { actor: keyActor(key, trace), requestId: trace.requestId, standings }
}

/** A statement that a change has overtaken says no longer who calls, but still that this request was counted. */
async function verifyAfresh(request: Request, token: string, statement: string | null): Promise<Admitted> {
  const standings = statement === null ? null : readCounts(request, token, statement)
  return standings ? { key: await verifyToken(request, token), standings } : admitToken(request, token)
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
