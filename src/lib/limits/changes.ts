import { settings } from '../settings'
import { RateLimited } from './rate-limited'
import type { Limit, RateLimitStatus } from './limit'
import { takeLimits } from './take'

const MINUTE = 60

type Owner = { clubId: string; userId: string }

/**
 * The limit on making: keys and rights, members and service accounts. All keys of an owner in a club share
 * one count, so that keys which they make multiply nothing. Their sessions there share another one, so that
 * no key keeps its owner from working.
 */
export const changesBy = ({ clubId, userId }: Owner, through: 'keys' | 'sessions'): Limit => ({
  name: 'changes',
  // The ids may hold any sign that could stand between them.
  id: `${through}:${JSON.stringify([clubId, userId])}`,
  ...(through === 'keys' && { slot: clubId }),
  limit: settings().limits.changesPerUser,
  windowSeconds: MINUTE,
})

/** The default for a minute: more than a person clicks, and not too much for many keys together. */
const ENDINGS = 60

/**
 * The limit on endings. Each credential has a count of its own: another one cannot delay a revocation.
 * @param credentialId of a key or a sign-in
 * @param clubId of a key
 */
export const endingsBy = (credentialId: string, clubId?: string): Limit => ({
  name: 'endings',
  id: credentialId,
  ...(clubId && { slot: clubId }),
  limit:
    settings().limits.endingsPerCredential ?? Math.max(ENDINGS, Math.ceil(settings().limits.perKey / 10)),
  windowSeconds: MINUTE,
})

/** The default for a minute: five a second, for a person. */
const SESSION_CALLS = 300

/** All calls of one sign-in. */
export const callsOf = (sessionId: string): Limit => ({
  name: 'session',
  id: sessionId,
  limit: settings().limits.perSession ?? Math.max(SESSION_CALLS, Math.ceil(settings().limits.perKey / 2)),
  windowSeconds: MINUTE,
})

/** Counts under all of these limits, or under none. @throws RateLimited */
export async function countUnder(limits: readonly Limit[]): Promise<readonly RateLimitStatus[]> {
  const { allowed, rateLimits } = await takeLimits(limits)
  if (!allowed) throw new RateLimited(rateLimits)
  return rateLimits
}

/**
 * Counts a change that turned out to be a making. For verbs that learn this only from what they change.
 * @throws RateLimited
 */
export type CountMaking = () => Promise<void>

/** For callers that are not counted: operators, and verbs that other verbs call. */
export const uncounted: CountMaking = () => Promise.resolve()
