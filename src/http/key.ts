import { validateApiKey } from '@/lib/auth/api-key'
import type { Verification, VerifiedKey } from '@/lib/auth/verification'
import { Refusal } from '@/lib/errors'
import { recordOutcome, recordUse } from '@/lib/usage/record'
import { clientAddress } from './client-address'
import { readCredential } from './credential'

/** The token a request presents; null when it presents none. @throws Refusal `invalid_request` */
export function presentedToken(request: Request): string | null {
  const credential = readCredential(request)
  if (credential.kind === 'malformed') throw new Refusal('invalid_request', credential.detail)
  return credential.kind === 'token' ? credential.token : null
}

export const missingCredentials = () => new Refusal('missing_credentials', 'Send an API key: Authorization: Bearer sk_...')

/**
 * The key of a token that this request presents; not a promise when the answer is in memory. One and the same refusal for every way it
 * can be bad, a good key at an address that its list does not allow among them: the reason would help whoever guesses.
 * @throws Refusal `invalid_token`
 */
export function verifyToken(request: Request, token: string): VerifiedKey | Promise<VerifiedKey> {
  const verification = validateApiKey(token)
  if (!(verification instanceof Promise)) return admit(request, verification)
  return verification.then((known) => admit(request, known))
}

function admit(request: Request, verification: Verification): VerifiedKey {
  if (verification.ok && isAllowedHere(verification.key, request)) {
    recordUse(verification.key.id)
    return verification.key
  }
  const keyId = verification.ok ? verification.key.id : verification.keyId
  if (keyId) recordOutcome(keyId, 'denied')
  throw new Refusal('invalid_token', 'The access token is not valid.')
}

/** A key without a list asks for no address; one with a list is refused where the address is not known for certain. */
const isAllowedHere = ({ allowedCidrs }: VerifiedKey, request: Request): boolean =>
  allowedCidrs === null || allowedCidrs.allows(clientAddress(request))
