import { env } from '../env'
import { RateLimited } from '../errors'
import type { Limit, Standing } from './limit'
import { takeLimits } from './take'

/** Changes of keys, members and service accounts by one user, in whatever club and by whatever way. */
export const changesBy = (userId: string): Limit => ({
  name: 'changes',
  id: userId,
  limit: env().RATE_LIMIT_CHANGES_PER_USER,
  windowSeconds: 60,
})

/** Counts a change that no limit has counted yet. @throws RateLimited */
export async function countChange(userId: string): Promise<readonly Standing[]> {
  const { allowed, standings } = await takeLimits([changesBy(userId)])
  if (!allowed) throw new RateLimited(standings)
  return standings
}
