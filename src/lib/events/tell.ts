import { definition } from '@/contracts/definition'
import { db, Prisma, type Transaction } from '../db/client'
import { log } from '../log'
import { counter } from '../metrics'
import { wakeAfterCommit } from '../outbox/wake'
import { clubIsThere } from '../people/clubs'
import { subscribers, type PostedEvent, type Subscriber } from './port'

/** How many events of one club go out at once, and of how many clubs: a flood of one holds no other up. */
const OF_CLUB = 200
const CLUBS = 20
/** How long a part of the app that could not take all is told one by one, in milliseconds; the rest comes next. */
const ONE_BY_ONE_MS = 2_000
/** The number of the lock by which one process tells at a time, so that each key's events keep their order. Ours alone. */
const LOCK = 7_266_001_916

const told = counter('clubkeys_events_told_total', 'Events that went to those who want them.')
const failures = counter(
  'clubkeys_event_subscribers_failed_total',
  'Times that a part of the app could not take an event; it is told again.',
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
  await tellAgain(tx, await tellSubscribers(tx, events))
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

/** Once for each event and endpoint, whatever happens; none for a club that is gone. */
async function writeDeliveries(tx: Transaction, events: readonly PostedEvent[]): Promise<void> {
  const urgent = [...definition().events].flatMap(([type, kind]) => (kind.urgent ? [type] : []))
  await tx.$executeRaw`
    INSERT INTO "WebhookDelivery" ("id", "clubId", "endpointId", "eventId", "sequence", "subjectId", "urgent")
    SELECT gen_random_uuid(), e."clubId", p."id", e."id", e."sequence", e."subjectId", e."type" = ANY (${urgent}::text[])
    FROM "Event" e JOIN "WebhookEndpoint" p ON p."clubId" = e."clubId" AND e."type" = ANY (p."types")
    WHERE e."id" = ANY (${events.map(({ id }) => id)}::uuid[]) AND p."disabledAt" IS NULL
      AND ${clubIsThere(Prisma.sql`e."clubId"`)}
    ORDER BY e."sequence" ON CONFLICT ("endpointId", "eventId") DO NOTHING`
  wakeAfterCommit(tx)
}

/**
 * Their deliveries are written, and are not written twice. What failed comes again after as long as it is old,
 * within bounds: what will never be taken costs less and less.
 */
async function tellAgain(tx: Transaction, { failed, untold }: Left): Promise<void> {
  if (failed.length + untold.length === 0) return
  await tx.$executeRaw`
    UPDATE "Event" SET "tellAt" = now() + CASE WHEN "id" = ANY (${failed}::uuid[])
      THEN least(greatest(now() - "createdAt", interval '1 minute'), interval '1 hour') ELSE interval '0' END
    WHERE "id" = ANY (${[...failed, ...untold]}::uuid[])`
}

/** Ids of events; `failed`: somebody could not take them; `untold`: there was no time to try. */
type Left = { failed: string[]; untold: string[] }

/** All at once; where that fails, one by one, so that an event that nobody can take holds up no other. */
async function tellSubscribers(tx: Transaction, events: readonly PostedEvent[]): Promise<Left> {
  const left: Left = { failed: [], untold: [] }
  for (const [name, subscriber] of subscribers()) {
    const theirs = events.filter(({ type }) => subscriber.types.includes(type))
    if (theirs.length === 0 || (theirs.length > 1 && (await take(tx, subscriber, theirs)) === null)) continue
    const until = performance.now() + ONE_BY_ONE_MS
    for (const [n, event] of theirs.entries()) {
      if (n > 0 && performance.now() > until) {
        left.untold.push(event.id)
        continue
      }
      const failure = await take(tx, subscriber, [event])
      if (failure === null) continue
      left.failed.push(event.id)
      failures(name).count++
      const about = { err: failure.error, subscriber: name, eventId: event.id, type: event.type }
      log.error(about, 'a part of the app could not take an event; it is told again')
    }
  }
  return left
}

/** What a subscriber that fails did is undone, not what others did. @returns null: it took them */
async function take(
  tx: Transaction,
  { tell }: Subscriber,
  events: readonly PostedEvent[],
): Promise<{ error: unknown } | null> {
  await tx.$executeRaw`SAVEPOINT told`
  try {
    await tell(tx, events)
    await tx.$executeRaw`RELEASE SAVEPOINT told`
    return null
  } catch (error) {
    await tx.$executeRaw`ROLLBACK TO SAVEPOINT told`
    return { error }
  }
}
