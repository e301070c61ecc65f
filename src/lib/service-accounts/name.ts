import { apart } from '@/contracts/unseen'
import type { Transaction } from '../db/client'
import { conflict } from '../errors'

/**
 * Locks the club until the commit: if two accounts want a name at once, one gets it. A removed account loses
 * its name.
 * @throws Refusal `conflict`
 */
export async function takeName(tx: Transaction, clubId: string, name: string): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM "Club" WHERE "id" = ${clubId}::uuid FOR NO KEY UPDATE`
  const where = { clubId, status: { not: 'REMOVED' }, user: { kind: 'service', name } } as const
  if ((await tx.membership.count({ where })) > 0)
    throw conflict(`The club has a service account “${apart(name)}” already.`)
}
