import type { Transaction } from './db/client'
import type { ClubPolicyModel } from './db/generated/models'

/** A club's policy as it is stored. */
export type KeptPolicy = Omit<ClubPolicyModel, 'clubId'>

/** What a club demands that never said anything: as the columns' defaults, which a test compares. */
export const USUAL_POLICY: KeptPolicy = {
  defaultKeyDays: 90,
  minKeyDays: 0,
  maxKeyDays: 366,
  allowNonExpiringKeys: true,
  maxLiveKeysPerMember: 100,
  keyMakers: null,
  keyScopes: null,
  keyRateLimit: null,
  keyRateWindow: null,
  rateLimit: null,
  rateWindow: null,
  onLeak: 'revoke',
}

export async function keptPolicyOf(tx: Transaction, clubId: string): Promise<KeptPolicy> {
  const row = await tx.clubPolicy.findUnique({ where: { clubId }, omit: { clubId: true } })
  return row ?? USUAL_POLICY
}

/**
 * Locks the row until the commit, and makes it where there is none. Of the layer's rows it is the one that
 * stands for a club: what a club may have only so much of is counted under this lock, too.
 */
export async function lockPolicy(
  tx: Transaction,
  clubId: string,
  how: 'FOR SHARE' | 'FOR NO KEY UPDATE',
): Promise<void> {
  if (await lock()) return
  await tx.$executeRaw`INSERT INTO "ClubPolicy" ("clubId") VALUES (${clubId}) ON CONFLICT DO NOTHING`
  await lock()

  async function lock(): Promise<boolean> {
    const rows =
      how === 'FOR SHARE'
        ? await tx.$queryRaw<unknown[]>`SELECT 1 FROM "ClubPolicy" WHERE "clubId" = ${clubId} FOR SHARE`
        : await tx.$queryRaw<
            unknown[]
          >`SELECT 1 FROM "ClubPolicy" WHERE "clubId" = ${clubId} FOR NO KEY UPDATE`
    return rows.length > 0
  }
}
