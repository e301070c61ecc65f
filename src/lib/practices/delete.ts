import { appendAudit } from '../audit/append'
import { gone } from '../audit/changes'
import type { Actor } from '../actor'
import { db } from '../db/client'
import { lockPractice } from './lock'

/** @throws Refusal `not_found` */
export async function deletePractice(actor: Actor, { id }: { id: string }): Promise<void> {
  await db().$transaction(async (tx) => {
    const { id: _, ...was } = await lockPractice(tx, actor, 'delete', id)
    await tx.practice.delete({ where: { clubId_id: { clubId: actor.clubId, id } }, select: { id: true } })
    await appendAudit(tx, actor, {
      action: 'practice.delete',
      targetId: id,
      // Any sign-in may delete, so the log keeps what it was: it can be planned again.
      changes: gone(was),
    })
  })
}
