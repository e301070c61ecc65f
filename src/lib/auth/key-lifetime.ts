import type { Prisma } from '../db/client'
import { invalid } from '../errors'
import type { Actor } from './actor'
import { liveKeys } from './api-key-view'

const DAY_MS = 24 * 3600 * 1000

type Policy = { defaultKeyDays: number; maxKeyDays: number; allowNonExpiringKeys: boolean }

/**
 * When a new key ends: as asked, else after the usual life; always within the club's policy and the life of
 * the key that makes it.
 * @param asked `undefined`: the usual; `null`: never
 * @param usual how long it lives when nothing is asked, in milliseconds, `null`: for ever. Cut down to what
 *   is allowed, never refused
 * @throws Refusal `validation_failed` naming `expiresAt`
 */
export function keyLifetime(
  actor: Actor,
  policy: Policy,
  asked: Date | null | undefined,
  usual: number | null = policy.defaultKeyDays * DAY_MS,
): Date | null {
  const now = Date.now()
  const makerEnds = actor.via.kind === 'api_key' ? actor.via.expiresAt : null
  if (asked === undefined) {
    if (usual === null && policy.allowNonExpiringKeys) return makerEnds
    const life = Math.min(usual ?? policy.defaultKeyDays * DAY_MS, policy.maxKeyDays * DAY_MS)
    return earlier(new Date(now + life), makerEnds)
  }
  if (asked === null) {
    if (!policy.allowNonExpiringKeys) throw refuse('this club does not allow keys that never expire')
    if (makerEnds) throw refuse('a key cannot make a key that outlives it')
    return null
  }
  if (asked.getTime() <= now) throw refuse('must be in the future')
  if (asked.getTime() > now + policy.maxKeyDays * DAY_MS)
    throw refuse(`must be within ${policy.maxKeyDays} days`)
  if (makerEnds && asked > makerEnds) throw refuse('a key cannot make a key that outlives it')
  return asked
}

/** The earlier of an end and one that may never come. */
export const earlier = (a: Date, b: Date | null): Date => (b && b < a ? b : a)

/** The keys that count among those a member may have: all that are alive, but for those in their grace. */
export const countedKeys = () => ({ ...liveKeys(), replacedById: null }) satisfies Prisma.ApiKeyWhereInput

/**
 * Live keys that end later than the policy allows a key that is made now, or never where it wants an end. As
 * a filter.
 */
export function beyondPolicy({
  maxKeyDays,
  allowNonExpiringKeys,
}: Omit<Policy, 'defaultKeyDays'>): Prisma.ApiKeyWhereInput {
  const tooLate = { expiresAt: { gt: new Date(Date.now() + maxKeyDays * DAY_MS) } }
  return { revokedAt: null, OR: allowNonExpiringKeys ? [tooLate] : [tooLate, { expiresAt: null }] }
}

const refuse = (message: string) => invalid([{ path: 'expiresAt', message }])
