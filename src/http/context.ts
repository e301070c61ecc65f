import { randomUUID } from 'node:crypto'
import { keyActor, type Actor } from '@/lib/auth/actor'
import { validateApiKey } from '@/lib/auth/api-key'
import type { VerifiedKey } from '@/lib/auth/verification'
import { Refusal } from '@/lib/errors'
import { recordOutcome, recordUse } from '@/lib/usage/record'
import { clientAddress } from './client-address'
import { readCredential } from './credential'
import { CONTEXT_HEADER } from './headers'
import { readStatement } from './statement'

/** A request whose caller is known. */
export type AuthContext = { actor: Actor; requestId: string }

/**
 * Who calls: from the middleware's statement if it was made for this very request, else from the request's own credential,
 * verified afresh (in-route mode). The only way a handler learns a club; the plain `x-api-key-*` headers prove nothing.
 * @throws Refusal `missing_credentials` | `invalid_request` | `invalid_token`
 */
export async function getAuthContext(request: Request): Promise<AuthContext> {
  const { token } = requireToken(request)
  const statement = request.headers.get(CONTEXT_HEADER)
  const stated = statement === null ? null : readStatement(request, token, statement)
  const requestId = stated?.requestId ?? randomUUID()
  const key = stated?.key ?? (await verifyToken(token))
  const trace = { requestId, address: clientAddress(request), userAgent: request.headers.get('user-agent')?.slice(0, 512) ?? null }
  return { actor: keyActor(key, trace), requestId }
}

/** @throws Refusal `missing_credentials` | `invalid_request` */
export function requireToken(request: Request): { token: string } {
  const credential = readCredential(request)
  if (credential.kind === 'token') return credential
  if (credential.kind === 'malformed') throw new Refusal('invalid_request', credential.detail)
  throw new Refusal('missing_credentials', 'Send an API key: Authorization: Bearer sk_...')
}

/** One and the same answer for every way a token can be bad: the reason would help whoever guesses. @throws Refusal `invalid_token` */
export async function verifyToken(token: string): Promise<VerifiedKey> {
  const verification = await validateApiKey(token)
  if (verification.ok) {
    recordUse(verification.key.id)
    return verification.key
  }
  if (verification.keyId) recordOutcome(verification.keyId, 'denied')
  throw new Refusal('invalid_token', 'The access token is not valid.')
}
