import type { Action } from '@/contracts/permissions'
import type { Actor } from '../actor'
import type { Transaction } from '../db/client'
import { notFound } from '../errors'
import { accessible } from '../permissions/ability'
import { practiceSelect, type PracticeRow } from './practice-view'

/**
 * Locks the row for this transaction, so that two changes follow one another. A caller who may not change it
 * locks nothing.
 * @throws Refusal `not_found`
 */
export async function lockPractice(
  tx: Transaction,
  actor: Actor,
  action: Action,
  id: string,
): Promise<PracticeRow> {
  const where = { AND: [accessible(actor, action, 'Practice'), { id }] }
  if (!(await tx.practice.findFirst({ where, select: { id: true } }))) throw notFound()
  await tx.$queryRaw`SELECT 1 FROM "Practice" WHERE "clubId" = ${actor.clubId}::uuid AND "id" = ${id}::uuid FOR NO KEY UPDATE`
  const row = await tx.practice.findFirst({ where, select: practiceSelect })
  if (!row) throw notFound()
  return row
}
