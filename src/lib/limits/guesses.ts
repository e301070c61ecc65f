import { settings } from '../settings'
import { countFailure } from './failures'
import type { Limit, RateLimitStatus } from './limit'
import { RateLimited } from './rate-limited'

/** The default for a minute: of those who come to a service that asks, few come with a bad token. */
const GUESSES = 60

/**
 * The limit on asking about tokens that turn out not to be active. Whoever asks has a count of its own, since
 * the tokens are other people's: neither its address nor theirs is to blame.
 * @param credentialId of a key or a sign-in
 * @param clubId of a key
 */
export const guessesBy = (credentialId: string, clubId?: string): Limit => ({
  name: 'guesses',
  id: credentialId,
  ...(clubId && { slot: clubId }),
  limit: settings().limits.guessesPerCredential ?? GUESSES,
  windowSeconds: 60,
})

/** @throws RateLimited for a guess too many */
export async function countGuessUnder(guesses: Limit): Promise<readonly RateLimitStatus[]> {
  const { allowed, rateLimits } = await countFailure(guesses)
  if (!allowed) throw new RateLimited(rateLimits)
  return rateLimits
}

/** Counts a token that was asked about and is not active. @throws RateLimited */
export type CountGuess = () => Promise<void>
