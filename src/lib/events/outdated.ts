import type { Transaction } from '../db/client'

/** How long events and their deliveries are kept, in days: so far back they can be sent again. */
export const KEPT_DAYS = 30

/** What became of them goes with them. */
export const outdatedEvents = {
  Event: (tx: Transaction, most: number): Promise<number> => tx.$executeRaw`
    DELETE FROM "Event" WHERE ctid = ANY (ARRAY(SELECT ctid FROM "Event"
      WHERE "createdAt" < now() - make_interval(days => ${KEPT_DAYS}::int) LIMIT ${most} FOR UPDATE SKIP LOCKED))`,
}
