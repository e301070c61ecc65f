import type { Page } from '@/contracts/page'
import type { ListServiceAccountsQuery, ServiceAccount } from '@/contracts/service-accounts'
import type { Actor } from '../actor'
import { db, type Prisma } from '../db/client'
import { IN_ANY_ORDER } from '../db/in-any-order'
import { memberSelect, SERVICE } from '../members/member-view'
import { listByTime, totalOf } from '../page'
import { accessible } from '../permissions/ability'
import { showServiceAccount } from './view'

/**
 * The club's service accounts, for those who manage them, the oldest first; removed ones only where asked
 * for.
 * @throws Refusal `validation_failed` naming `cursor`
 */
export async function listServiceAccounts(
  actor: Actor,
  query: ListServiceAccountsQuery,
): Promise<Page<ServiceAccount>> {
  const question = { ...query, list: 'service-accounts', clubId: actor.clubId }
  const list = listByTime(question, query, 'joinedAt', 'asc')
  const matching: Prisma.MembershipWhereInput[] = [
    accessible(actor, 'update', 'Membership'),
    SERVICE,
    { status: query.status ?? { not: 'REMOVED' } },
  ]
  const rows = await db().membership.findMany({
    relationLoadStrategy: 'join',
    where: { AND: [...matching, list.where] },
    orderBy: list.orderBy,
    take: list.take,
    select: memberSelect,
  })
  const shown = list.page(rows, showServiceAccount)
  const count = (take: number) =>
    db().membership.count({ where: { AND: matching }, take, orderBy: IN_ANY_ORDER })
  return { ...shown, ...(await totalOf(actor, query, count)) }
}
