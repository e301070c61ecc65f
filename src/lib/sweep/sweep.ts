import { db, type Transaction } from '../db/client'
import { endAllLeaversKeys } from '../members/end-keys'

/** How many rows one statement deletes. */
const AT_ONCE = 500
/** How many statements one sweep makes for one kind: what is left waits for the next. */
const MOST_STATEMENTS = 200
/** The number of the lock by which one process sweeps at a time. Ours alone: any number will do. */
const LOCK = 7_266_001_912

/**
 * What nobody needs any more. Sign-ins and links stay for 30 days after their end: an admin who looks into a
 * stolen account finds from where it was used, and an old link still says that it is too old. Counts of
 * attempts mean nothing once their window is over; the limiter's own column has no time zone, and holds UTC.
 */
const DELETE_SOME = {
  LoginSession: (tx: Transaction) => tx.$executeRaw`
    DELETE FROM "LoginSession" WHERE ctid = ANY (ARRAY(SELECT ctid FROM "LoginSession"
      WHERE "expiresAt" < now() - interval '30 days' LIMIT ${AT_ONCE} FOR UPDATE SKIP LOCKED))`,
  VerificationToken: (tx: Transaction) => tx.$executeRaw`
    DELETE FROM "VerificationToken" WHERE ctid = ANY (ARRAY(SELECT ctid FROM "VerificationToken"
      WHERE "expires" < now() - interval '30 days' LIMIT ${AT_ONCE} FOR UPDATE SKIP LOCKED))`,
  RateLimiterFlexible: (tx: Transaction) => tx.$executeRaw`
    DELETE FROM "RateLimiterFlexible" WHERE ctid = ANY (ARRAY(SELECT ctid FROM "RateLimiterFlexible"
      WHERE "expire" < (now() AT TIME ZONE 'UTC') - interval '1 hour' LIMIT ${AT_ONCE} FOR UPDATE SKIP LOCKED))`,
  UsageWriter: (tx: Transaction) => tx.$executeRaw`
    DELETE FROM "UsageWriter" WHERE ctid = ANY (ARRAY(SELECT ctid FROM "UsageWriter"
      WHERE "at" < now() - interval '7 days' LIMIT ${AT_ONCE} FOR UPDATE SKIP LOCKED))`,
} as const

type Kind = keyof typeof DELETE_SOME
type Swept = Record<Kind, number>

/**
 * Marks what is left of leavers' keys as revoked, then deletes what is outdated, some rows at a time. Of several processes one deletes; the others have nothing to do.
 * @returns how many rows of each kind went
 */
export async function sweep(): Promise<Swept> {
  await endAllLeaversKeys()
  const swept: Swept = { LoginSession: 0, VerificationToken: 0, RateLimiterFlexible: 0, UsageWriter: 0 }
  for (const kind of Object.keys(DELETE_SOME) as Kind[]) {
    for (let n = 0; n < MOST_STATEMENTS; n++) {
      const deleted = await db().$transaction((tx) => deleteSome(tx, kind))
      swept[kind] += deleted
      if (deleted < AT_ONCE) break
    }
  }
  return swept
}

async function deleteSome(tx: Transaction, kind: Kind): Promise<number> {
  const [lock] = await tx.$queryRaw<
    { taken: boolean }[]
  >`SELECT pg_try_advisory_xact_lock(${LOCK}) AS "taken"`
  if (!lock?.taken) return 0
  return DELETE_SOME[kind](tx)
}
