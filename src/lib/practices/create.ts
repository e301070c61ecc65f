import type { CreatePracticeBody, Practice } from '@/contracts/practices'
import { appendAudit } from '../audit/append'
import { difference } from '../audit/changes'
import type { Actor } from '../actor'
import { forbidden } from '../errors'
import { changing } from '../idempotency/changing'
import { practiceSelect, showPractice } from './practice-view'

/** @throws Refusal `forbidden` for an actor who is no member */
export async function createPractice(actor: Actor, input: CreatePracticeBody): Promise<Practice> {
  const { clubId, userId } = actor
  if (userId === null) throw forbidden('Only a member can plan a practice.')
  const { title, startsAt, endsAt = null, location = null, notes = null, status = 'DRAFT' } = input
  const fields = { title, startsAt, endsAt, location, notes, status }
  return changing(actor, async (tx) => {
    const created = await tx.practice.create({
      data: { ...fields, clubId, createdById: userId },
      select: practiceSelect,
    })
    const changes = difference({}, fields)
    await appendAudit(tx, actor, {
      action: 'practice.create',
      targetId: created.id,
      changes,
    })
    return showPractice(created)
  })
}
