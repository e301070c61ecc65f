import type { Member } from '@/contracts/member'
import type { Actor } from '../actor'
import { db } from '../db/client'
import { notFound } from '../errors'
import { accessible } from '../permissions/ability'
import { memberSelect, PERSON, showMember } from './member-view'

/** @throws Refusal `not_found`, the same for a foreign id, a missing one and one the caller may not see */
export async function getMember(actor: Actor, { id }: { id: string }): Promise<Member> {
  const where = { AND: [accessible(actor, 'read', 'Membership'), PERSON, { id }] }
  const row = await db().membership.findFirst({ relationLoadStrategy: 'join', where, select: memberSelect })
  if (!row) throw notFound()
  return showMember(row, actor)
}
