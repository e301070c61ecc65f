import type { Actor } from '../actor'
import { db } from '../db/client'

const HOUR_MS = 3_600_000

/**
 * How often a key was let in during the last 24 hours and the hour they began in. What is not flushed yet
 * does not count.
 */
export async function callsOfLastDay({ clubId }: Actor, apiKeyId: string): Promise<number> {
  const since = new Date(Date.now() - 25 * HOUR_MS)
  const { _sum } = await db().apiKeyUsage.aggregate({
    where: { clubId, apiKeyId, hour: { gt: since } },
    _sum: { requests: true },
  })
  return _sum.requests ?? 0
}
