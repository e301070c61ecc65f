import type { EventType } from '@/contracts/events'
import type { Transaction } from '../db/client'
import { requireRulesOf, thisMoment } from '../db/floor'
import { subscribers } from './port'

/**
 * Which events of a club somebody wants to hear of: its endpoints, also those that are off, whose owner may
 * ask for them later, and parts of the app. The same statement reads the floor of rules, so that a club without
 * endpoints costs none.
 * @throws Refusal `unavailable` where the database holds a restriction that this release does not know
 */
export async function wantedTypes(tx: Transaction, clubId: string): Promise<ReadonlySet<EventType>> {
  const asked = thisMoment()
  const [row] = await tx.$queryRaw<{ needed: number; types: string[] }[]>`
    SELECT (SELECT coalesce(max("rules"), 0) FROM "RulesFloor") AS "needed",
      ARRAY(SELECT DISTINCT unnest(e."types") FROM "WebhookEndpoint" e WHERE e."clubId" = ${clubId}) AS "types"`
  requireRulesOf({ needed: row?.needed ?? Infinity }, asked)
  const apps = [...subscribers().values()].flatMap(({ types }) => types)
  return new Set([...(row?.types ?? []), ...apps])
}
