import { digestText } from '@/lib/auth/token'
import { verifyDigest } from '@/lib/auth/validate'
import type { Verification, VerifiedKey } from '@/lib/auth/verification'
import { verifiedKeys } from '@/lib/auth/verified-keys'
import { RateLimited, Refusal } from '@/lib/errors'
import { countFailure, failuresFrom, lookUpInLane, overFailures } from '@/lib/limits/failures'
import type { Decision, Standing } from '@/lib/limits/limit'
import { takeLimits } from '@/lib/limits/take'
import { recordOutcome, recordUse } from '@/lib/usage/record'
import { clientAddress } from './client-address'
import { readCredential } from './credential'
import type { Received } from './incoming'
import { limitsMet } from './limits-met'

/** A token as it was presented, its SHA-256, and the message that brought it where that is known. */
export type Presented = { token: string; digest: string; received: Received | undefined }

/** The token a request presents; null when it presents none. @throws Refusal `invalid_request` */
export function presentedToken(request: Request): Presented | null {
  const credential = readCredential(request)
  if (credential.kind === 'malformed') throw new Refusal('invalid_request', credential.detail)
  if (credential.kind === 'none') return null
  const { token, received } = credential
  return { token, digest: digestText(token), received }
}

export const missingCredentials = () =>
  new Refusal('missing_credentials', 'Send an API key: Authorization: Bearer sk_...')

/** A key that was let in, and how its limits stand with this request counted. */
export type Admitted = { key: VerifiedKey; standings: readonly Standing[] }

/**
 * Verifies the token that this request presents and counts the request under every limit of the key: once a
 * request, so that whoever follows takes this answer. Not a promise when the key is in memory and limits are
 * counted in this process.
 * @throws Refusal `invalid_token` | `rate_limited`
 */
export function admitToken(request: Request, presented: Presented): Admitted | Promise<Admitted> {
  const key = verifyToken(request, presented)
  return key instanceof Promise
    ? key.then((known) => count(request, presented, known))
    : count(request, presented, key)
}

/**
 * The key of a token that this request presents, counted by nobody. One and the same refusal for every way it
 * can be bad, a good key at an address that its list does not allow among them: the reason would help whoever
 * guesses.
 * @throws Refusal `invalid_token`, or `rate_limited` for an address over its failures
 */
export function verifyToken(request: Request, presented: Presented): VerifiedKey | Promise<VerifiedKey> {
  const { digest, token, received } = presented
  const verification = verifyDigest(digest, token, (lookUp, wasGood) =>
    wasGood ? lookUp() : lookUpFor(clientAddress(request, received), lookUp),
  )
  if (!(verification instanceof Promise)) return judge(request, presented, verification)
  return verification.then((known) => judge(request, presented, known))
}

function count(request: Request, presented: Presented, key: VerifiedKey): Admitted | Promise<Admitted> {
  const { generation } = verifiedKeys()
  const decision = takeLimits(limitsMet(request, key))
  if (!(decision instanceof Promise)) return admit(key, decision)
  // A revocation may have returned to its caller while this request waited for Redis.
  const stillGood = async () =>
    verifiedKeys().generation === generation ? key : verifyToken(request, presented)
  return decision.then(async (known) => admit(await stillGood(), known))
}

function admit(key: VerifiedKey, { allowed, standings }: Decision): Admitted {
  if (allowed) {
    recordUse(key.id)
    return { key, standings }
  }
  recordOutcome(key.id, 'limited')
  throw new RateLimited(standings)
}

/**
 * Good keys in use never come here, even when memory has to ask about them anew: nobody behind their address
 * can lock them out.
 */
function lookUpFor(address: string | null, lookUp: () => Promise<Verification>): Promise<Verification> {
  const over = overFailures(failuresFrom(address))
  if (!over) return lookUp()
  const running = lookUpInLane(lookUp)
  if (!running) throw new RateLimited(over)
  return running
}

function judge(
  request: Request,
  { received }: Presented,
  verification: Verification,
): VerifiedKey | Promise<VerifiedKey> {
  if (verification.ok && isAllowedHere(verification.key, request, received)) return verification.key
  const keyId = verification.ok ? verification.key.id : verification.keyId
  const failures = failuresFrom(clientAddress(request, received))
  const over = overFailures(failures)
  const decision = over ? { allowed: false, standings: over } : countFailure(failures)
  return decision instanceof Promise
    ? decision.then((known) => refuse(keyId, known))
    : refuse(keyId, decision)
}

function refuse(keyId: string | undefined, { allowed, standings }: Decision): never {
  if (keyId) recordOutcome(keyId, allowed ? 'denied' : 'limited')
  if (!allowed) throw new RateLimited(standings)
  throw new Refusal('invalid_token', 'The access token is not valid.')
}

/**
 * A key without a list asks for no address; one with a list is refused where the address is not known for
 * certain.
 */
const isAllowedHere = (
  { allowedCidrs }: VerifiedKey,
  request: Request,
  received: Presented['received'],
): boolean => allowedCidrs === null || allowedCidrs.allows(clientAddress(request, received))
