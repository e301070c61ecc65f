import type { ApiKey } from '@/contracts/api-key'
import type { Actor } from '../actor'
import { db } from '../db/client'
import { seesUsageOf } from '../permissions/ability'
import { stepOf } from './steps'

/**
 * How often each of these keys was let in on each of the last days (UTC), the last one today: one statement
 * for all of them.
 * @returns without those whose usage the caller may not see; null where that is all of what keys do
 */
export async function callsOfKeys(
  actor: Actor,
  keys: readonly Pick<ApiKey, 'id' | 'owner'>[],
  days: number,
  now = new Date(),
): Promise<Record<string, number[]> | null> {
  if (!actor.ability.can('read-usage', 'ApiKey')) return null
  const ids = keys.filter(({ owner }) => seesUsageOf(actor, owner.id)).map(({ id }) => id)
  const first = stepOf(now, 'day', 1 - days)
  const rows = await db().$queryRaw<{ id: string; at: Date; requests: number }[]>`
    SELECT "apiKeyId" AS "id", date_trunc('day', "hour", 'UTC') AS "at", sum("requests")::float8 AS "requests"
    FROM "ApiKeyUsage" WHERE "clubId" = ${actor.clubId} AND "apiKeyId" = ANY(${ids}::uuid[]) AND "hour" >= ${first}
    GROUP BY 1, 2`
  const calls = Object.fromEntries(ids.map((id) => [id, Array.from({ length: days }, () => 0)]))
  const dayOf = (at: Date) => Math.round((at.getTime() - first.getTime()) / 86_400_000)
  for (const { id, at, requests } of rows) {
    const counts = calls[id]
    if (counts && dayOf(at) < days) counts[dayOf(at)] = requests
  }
  return calls
}
