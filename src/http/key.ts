import { validateApiKey } from '@/lib/auth/api-key'
import type { VerifiedKey } from '@/lib/auth/verification'
import { Refusal } from '@/lib/errors'
import { recordOutcome, recordUse } from '@/lib/usage/record'
import { readCredential } from './credential'

/** The token a request presents; null when it presents none. @throws Refusal `invalid_request` */
export function presentedToken(request: Request): string | null {
  const credential = readCredential(request)
  if (credential.kind === 'malformed') throw new Refusal('invalid_request', credential.detail)
  return credential.kind === 'token' ? credential.token : null
}

export const missingCredentials = () => new Refusal('missing_credentials', 'Send an API key: Authorization: Bearer sk_...')

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
