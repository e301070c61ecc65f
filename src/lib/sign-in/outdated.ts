import type { Transaction } from '../db/client'

/**
 * What nobody needs any more. Sign-ins and links stay for 30 days after their end: an admin who looks into a
 * stolen account finds from where it was used, and an old link still says that it is too old. Counts of
 * attempts mean nothing once their window is over; the limiter's own column has no time zone, and holds UTC.
 */
export const outdatedSignIns = {
  LoginSession: (tx: Transaction, most: number) => tx.$executeRaw`
    DELETE FROM "LoginSession" WHERE ctid = ANY (ARRAY(SELECT ctid FROM "LoginSession"
      WHERE "expiresAt" < now() - interval '30 days' LIMIT ${most} FOR UPDATE SKIP LOCKED))`,
  VerificationToken: (tx: Transaction, most: number) => tx.$executeRaw`
    DELETE FROM "VerificationToken" WHERE ctid = ANY (ARRAY(SELECT ctid FROM "VerificationToken"
      WHERE "expires" < now() - interval '30 days' LIMIT ${most} FOR UPDATE SKIP LOCKED))`,
  RateLimiterFlexible: (tx: Transaction, most: number) => tx.$executeRaw`
    DELETE FROM "RateLimiterFlexible" WHERE ctid = ANY (ARRAY(SELECT ctid FROM "RateLimiterFlexible"
      WHERE "expire" < (now() AT TIME ZONE 'UTC') - interval '1 hour' LIMIT ${most} FOR UPDATE SKIP LOCKED))`,
}
