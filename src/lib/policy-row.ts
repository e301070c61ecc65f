import { hostId } from '@/contracts/text'
import type { Transaction } from './db/client'
import type { ClubPolicyModel } from './db/generated/models'
import { notFound } from './errors'

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
 * @throws Refusal `not_found`: the app has no such club, or its id is none that the layer can hold
 */
export async function lockPolicy(
  tx: Transaction,
  clubId: string,
  how: 'FOR SHARE' | 'FOR NO KEY UPDATE',
): Promise<void> {
  if (!hostId.safeParse(clubId).success) throw notFound()
  if (await lock()) return
  await tx.$executeRaw`
    INSERT INTO "ClubPolicy" ("clubId") SELECT c."club_id" FROM "club" c WHERE c."club_id" = ${clubId} ON CONFLICT DO NOTHING`
  if (!(await lock())) throw notFound()

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
