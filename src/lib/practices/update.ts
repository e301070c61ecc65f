import type { Practice, UpdatePracticeBody } from '@/contracts/practices'
import { appendAudit } from '../audit/append'
import { difference } from '../audit/changes'
import type { Actor } from '../actor'
import { db } from '../db/client'
import { invalid } from '../errors'
import { lockPractice } from './lock'
import { practiceSelect, showPractice } from './practice-view'

/** @throws Refusal `not_found`, `validation_failed` (it would end before it starts) */
export async function updatePractice(
  actor: Actor,
  { id, ...change }: { id: string } & UpdatePracticeBody,
): Promise<Practice> {
  const data = Object.fromEntries(
    Object.entries(change).filter(([, value]) => value !== undefined),
  ) as UpdatePracticeBody
  const row = await db().$transaction(async (tx) => {
    const before = await lockPractice(tx, actor, 'update', id)
    const { startsAt, endsAt } = { ...before, ...data }
    if (endsAt && startsAt && endsAt <= startsAt)
      throw invalid([{ path: 'endsAt', message: 'must be later than startsAt' }])
    const where = { clubId_id: { clubId: actor.clubId, id } }
    const after = await tx.practice.update({ where, data: data as object, select: practiceSelect })
    const changes = difference(before, after)
    if (Object.keys(changes).length > 0) {
      await appendAudit(tx, actor, {
        action: 'practice.update',
        targetId: id,
        changes,
      })
    }
    return after
  })
  return showPractice(row)
}
