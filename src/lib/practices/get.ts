import type { Practice } from '@/contracts/practices'
import type { Actor } from '../actor'
import { db } from '../db/client'
import { notFound } from '../errors'
import { accessible } from '../permissions/ability'
import { practiceSelect, showPractice } from './practice-view'

/** @throws Refusal `not_found`, the same for a foreign id, a missing one and one the caller may not see */
export async function getPractice(actor: Actor, { id }: { id: string }): Promise<Practice> {
  const row = await db().practice.findFirst({
    where: { AND: [accessible(actor, 'read', 'Practice'), { id }] },
    select: practiceSelect,
  })
  if (!row) throw notFound()
  return showPractice(row)
}
