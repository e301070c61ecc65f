import { noteRecalled, verifyDigest } from '@/lib/auth/validate'
import type { Verification, VerifiedKey } from '@/lib/auth/verification'
import { verifiedKeys } from '@/lib/auth/verified-keys'
import { RateLimited } from '@/lib/limits/rate-limited'
import { failuresFrom, lookUpFor, overFailures, refuseFailure } from '@/lib/limits/failures'
import type { RateLimitStatus } from '@/lib/limits/limit'
import { takeHere, takeLimits } from '@/lib/limits/take'
import type { Trace } from '@/lib/actor'
import { watchHoneykeys } from '@/lib/auth/honeykey-alarm'
import { atFirstUse, mayBeFirstUse, senderOf } from '@/lib/auth/slow-hashes/first-use'
import { recordFailure, recordUse } from '@/lib/usage/record'
import { userAgentKept } from '@/lib/user-agent'
import type { Call, VerifiedRequest } from './call'
import { addressOf, allowedAddress } from './client-address'
import { limitsMet } from './limits-met'

/**
 * Verifies the key of a call, checks the client's address and counts the call, all of it in memory.
 * @returns null where memory does not know enough, or says no, and nothing was counted: {@link verifyRequest}
 *   finds out why
 */
export function verifyAtOnce(call: Call): VerifiedRequest | null {
  const key = verifiedKeys().recallGood(call.digest)
  const from = key && isReadThere(call, key) ? allowedAddress(call.received, key.allowedCidrs) : null
  if (key === null || from === null) return null
  const limits = limitsMet(call, key)
  const decision = takeHere(limits)
  if (!decision?.allowed) return null
  noteRecalled()
  recordUse(key.id, placeOf(call))
  if (call.received) call.received.caller = key
  return { key, from, rateLimits: decision.rateLimits }
}

/**
 * As `verifyAtOnce`, but asks the database for the key and Redis for its limits where needed, and refuses.
 * The refusal is the same for every way a key can be bad, also for an address that its list does not allow:
 * the reason would help an attacker.
 * @param counted the status of its limits, where the call was counted before
 * @throws Refusal `invalid_token` | `rate_limited` | `unavailable`
 */
export async function verifyRequest(
  call: Call,
  counted: readonly RateLimitStatus[] | null,
): Promise<VerifiedRequest> {
  const verified = await verifyKey(call)
  if (counted) return { ...verified, rateLimits: counted }
  const { generation } = verifiedKeys()
  const { allowed, rateLimits } = await takeLimits(limitsMet(call, verified.key))
  // A revocation may have returned to its caller while this request waited for Redis.
  if (verifiedKeys().generation !== generation) await verifyKey(call)
  if (!allowed) {
    recordFailure(verified.key.id, 'limited')
    throw new RateLimited(rateLimits)
  }
  recordUse(verified.key.id, placeOf(call))
  return { ...verified, rateLimits }
}

const traceIn = ({ received }: Call): Trace => ({
  requestId: received?.requestId ?? null,
  address: addressOf(received),
  userAgent: userAgentKept(received?.message.headers['user-agent'], 512),
})

const placeOf = ({ received }: Call) => ({
  address: addressOf(received),
  userAgent: received?.message.headers['user-agent'],
})

/** @throws Refusal `invalid_token`, or `rate_limited` for an address over its failures */
export async function verifyKey(call: Call) {
  const { digest, token, received } = call
  const verify = () =>
    verifyDigest(digest, token, (lookUp, wasGood) =>
      wasGood ? lookUp() : lookUpFor(addressOf(received), lookUp),
    )
  let verification = await verify()
  if (isUnknown(verification) && mayBeFirstUse(token) && (await firstUseOf(call)))
    verification = await verify()
  const from =
    verification.ok && isReadThere(call, verification.key)
      ? allowedAddress(received, verification.key.allowedCidrs)
      : null
  if (verification.ok && received) received.caller = verification.key
  if (verification.ok && from !== null) return { key: verification.key, from }
  watchHoneykeys(verification, () => traceIn(call))
  const keyId = verification.ok ? verification.key.id : verification.keyId
  if (received) received.whyNot = { reason: verification.ok ? 'not_there' : verification.reason, keyId }
  return refuseFailure(addressOf(received), isHoney(verification) ? undefined : keyId)
}

/** Its uses are counted nowhere: a thief who reads the club's usage with another key would see which is a trap. */
const isHoney = (verification: Verification) => !verification.ok && verification.reason === 'honey'

/**
 * Where clients of another system send theirs, a key that was made here is as good as unknown; and so is one
 * beside the id of another.
 */
const isReadThere = ({ onlyImported, keyId }: Call, { imported, id }: VerifiedKey) =>
  (imported || !onlyImported) && (keyId === undefined || keyId === id)

const isUnknown = (verification: Verification) => !verification.ok && verification.reason === 'unknown'

/** An address over its failures must not make this server compute. */
async function firstUseOf({ digest, token, received }: Call): Promise<boolean> {
  const address = addressOf(received)
  return !overFailures(failuresFrom(address)) && atFirstUse(token, digest, { turn: senderOf(address) })
}
