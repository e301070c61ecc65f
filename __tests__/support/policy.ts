import { db, type Prisma } from '@/lib/db/client'

/** Has a club demand this of its keys, as a hand at the database would. */
export async function demand(
  clubId: string,
  data: Omit<Prisma.ClubPolicyUncheckedCreateInput, 'clubId'>,
): Promise<void> {
  await db().clubPolicy.upsert({ where: { clubId }, create: { clubId, ...data }, update: data })
}
