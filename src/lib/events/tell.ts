import { definition } from '@/contracts/definition'
import { db, type Transaction } from '../db/client'
import { log } from '../log'
import { counter } from '../metrics'
import { wakeAfterCommit } from '../outbox/wake'
import { subscribers, type PostedEvent } from './port'

/** How many events of one club go out at once, and of how many clubs: a flood of one holds no other up. */
const OF_CLUB = 200
const CLUBS = 20
/** The number of the lock by which one process tells at a time, so that each key's events keep their order. Ours alone. */
const LOCK = 7_266_001_916

const told = counter('clubkeys_events_told_total', 'Events that went to those who want them.')
const failures = counter(
  'clubkeys_event_subscribers_failed_total',
  'Times that a part of the app could not take events; it is told again.',
  'subscriber',
)

/**
 * Tells those who want them of events that were committed: writes a delivery for each endpoint, and calls the
 * app's subscribers, in one transaction. Of several processes one does it at a time.
 * @returns how many there were; 0: nothing to do, or another process is at it
 */
export async function tellEvents(): Promise<number> {
  const count = await db().$transaction(tellSome, { timeout: 10_000 })
  told().count += count
  return count
}

async function tellSome(tx: Transaction): Promise<number> {
  const [lock] = await tx.$queryRaw<
    { taken: boolean }[]
  >`SELECT pg_try_advisory_xact_lock(${LOCK}) AS "taken"`
  if (!lock?.taken) return 0
  const events = await nextEvents(tx)
  if (events.length === 0) return 0
  await writeDeliveries(tx, events)
  const done = events.map(({ id }) => id)
  await tx.$executeRaw`UPDATE "Event" SET "tellAt" = NULL WHERE "id" = ANY (${done}::uuid[])`
  const failed = await tellSubscribers(tx, events)
  // Their deliveries are written, and are not written twice.
  if (failed.length > 0)
    await tx.$executeRaw`UPDATE "Event" SET "tellAt" = now() + interval '1 minute' WHERE "id" = ANY (${failed}::uuid[])`
  return events.length
}

/** The oldest of each club, found club by club by an index; the clubs in no order, so that none waits for ever. */
const nextEvents = (tx: Transaction): Promise<PostedEvent[]> => tx.$queryRaw`
  WITH RECURSIVE c("clubId") AS (
    (SELECT e."clubId" FROM "Event" e WHERE e."tellAt" IS NOT NULL ORDER BY e."clubId" LIMIT 1)
    UNION ALL
    SELECT (SELECT e."clubId" FROM "Event" e WHERE e."tellAt" IS NOT NULL AND e."clubId" > c."clubId" ORDER BY e."clubId" LIMIT 1)
      FROM c WHERE c."clubId" IS NOT NULL)
  SELECT e.* FROM (SELECT "clubId" FROM c WHERE "clubId" IS NOT NULL ORDER BY random() LIMIT ${CLUBS}) chosen CROSS JOIN LATERAL (
    SELECT e."id", e."clubId", e."sequence", e."type", e."subjectId", e."data", e."createdAt" FROM "Event" e
    WHERE e."clubId" = chosen."clubId" AND e."tellAt" <= now() ORDER BY e."sequence" LIMIT ${OF_CLUB}) e
  ORDER BY e."sequence"`

/** Once for each event and endpoint, whatever happens. */
async function writeDeliveries(tx: Transaction, events: readonly PostedEvent[]): Promise<void> {
  const urgent = [...definition().events].flatMap(([type, kind]) => (kind.urgent ? [type] : []))
  await tx.$executeRaw`
    INSERT INTO "WebhookDelivery" ("id", "clubId", "endpointId", "eventId", "sequence", "subjectId", "urgent")
    SELECT gen_random_uuid(), e."clubId", p."id", e."id", e."sequence", e."subjectId", e."type" = ANY (${urgent}::text[])
    FROM "Event" e JOIN "WebhookEndpoint" p ON p."clubId" = e."clubId" AND e."type" = ANY (p."types")
    WHERE e."id" = ANY (${events.map(({ id }) => id)}::uuid[]) AND p."disabledAt" IS NULL
    ORDER BY e."sequence" ON CONFLICT ("endpointId", "eventId") DO NOTHING`
  wakeAfterCommit(tx)
}

/** @returns the ids of events that somebody could not take: what one of them did is undone, not what others did */
async function tellSubscribers(tx: Transaction, events: readonly PostedEvent[]): Promise<string[]> {
  const failed: string[] = []
  for (const [name, { types, tell }] of subscribers()) {
    const theirs = events.filter(({ type }) => types.includes(type))
    if (theirs.length === 0) continue
    await tx.$executeRaw`SAVEPOINT told`
    try {
      await tell(tx, theirs)
      await tx.$executeRaw`RELEASE SAVEPOINT told`
    } catch (error) {
      await tx.$executeRaw`ROLLBACK TO SAVEPOINT told`
      failures(name).count++
      log.error({ err: error, subscriber: name }, 'a part of the app could not take events; it is told again')
      failed.push(...theirs.map(({ id }) => id))
    }
  }
  return failed
}
