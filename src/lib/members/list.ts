import type { ListMembersQuery, Member } from '@/contracts/member'
import type { Page } from '@/contracts/page'
import type { Actor } from '../actor'
import { db, type Prisma, type StoredRole } from '../db/client'
import { IN_ANY_ORDER } from '../db/in-any-order'
import { listByTime, totalOf } from '../page'
import { accessible } from '../permissions/ability'
import { memberSelect, PERSON, showMember } from './member-view'

/**
 * The club's people that the caller may see, the longest-standing first; former members only where asked for.
 * @throws Refusal `validation_failed` naming `cursor`
 */
export async function listMembers(actor: Actor, query: ListMembersQuery): Promise<Page<Member>> {
  const question = { ...query, list: 'members', clubId: actor.clubId }
  const list = listByTime(question, query, 'joinedAt', 'asc')
  const matching: Prisma.MembershipWhereInput[] = [
    accessible(actor, 'read', 'Membership'),
    PERSON,
    { status: query.status ?? { not: 'REMOVED' } },
    query.role ? { roles: { has: query.role as StoredRole } } : {},
    query.invited ? { invitation: query.invited === 'true' ? { isNot: null } : null } : {},
    query.q ? called(query.q) : {},
  ]
  const rows = await db().membership.findMany({
    relationLoadStrategy: 'join',
    where: { AND: [...matching, list.where] },
    orderBy: list.orderBy,
    take: list.take,
    select: memberSelect,
  })
  const shown = list.page(rows, (row) => showMember(row, actor))
  const count = (take: number) =>
    db().membership.count({ where: { AND: matching }, take, orderBy: IN_ANY_ORDER })
  return { ...shown, ...(await totalOf(actor, query, count)) }
}

/** By what the club calls them; their own name only where that is what it shows. */
function called(q: string): Prisma.MembershipWhereInput {
  // Prisma does not escape LIKE's special characters.
  const part = { contains: q.replace(/[\\%_]/g, '\\$&'), mode: 'insensitive' } as const
  return { OR: [{ name: part }, { name: null, user: { name: part } }, { user: { email: part } }] }
}
