import type { Transaction } from '../db/client'

/** Records that nobody gets again; first the tokens in them, long before the rest. */
export const outdatedRecords = {
  'IdempotencyRecord.sealed': (tx: Transaction, most: number): Promise<number> => tx.$executeRaw`
    UPDATE "IdempotencyRecord" SET "sealed" = NULL WHERE ctid = ANY (ARRAY(SELECT ctid FROM "IdempotencyRecord"
      WHERE "sealed" IS NOT NULL AND "at" < now() - interval '10 minutes' LIMIT ${most} FOR UPDATE SKIP LOCKED))`,
  IdempotencyRecord: (tx: Transaction, most: number): Promise<number> => tx.$executeRaw`
    DELETE FROM "IdempotencyRecord" WHERE ctid = ANY (ARRAY(SELECT ctid FROM "IdempotencyRecord"
      WHERE "at" < now() - interval '24 hours' LIMIT ${most} FOR UPDATE SKIP LOCKED))`,
}
