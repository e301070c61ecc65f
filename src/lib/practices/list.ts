import type { Page } from '@/contracts/page'
import type { ListPracticesQuery, Practice } from '@/contracts/practices'
import type { Actor } from '../actor'
import { db } from '../db/client'
import { IN_ANY_ORDER } from '../db/in-any-order'
import { listByTime, totalOf } from '../page'
import { accessible } from '../permissions/ability'
import { practiceSelect, showPractice } from './practice-view'

/**
 * The club's practices that the caller may see, by start. `from` is inclusive, `to` exclusive.
 * @throws Refusal `validation_failed` naming `cursor`
 */
export async function listPractices(actor: Actor, query: ListPracticesQuery): Promise<Page<Practice>> {
  const question = { ...query, list: 'practices', clubId: actor.clubId }
  const list = listByTime(question, query, 'startsAt', 'asc')
  const matching = [
    accessible(actor, 'read', 'Practice'),
    query.status ? { status: query.status } : {},
    { startsAt: { ...(query.from && { gte: query.from }), ...(query.to && { lt: query.to }) } },
  ]
  const rows = await db().practice.findMany({
    where: { AND: [...matching, list.where] },
    orderBy: list.orderBy,
    take: list.take,
    select: practiceSelect,
  })
  const shown = list.page(rows, showPractice)
  const count = (take: number) =>
    db().practice.count({ where: { AND: matching }, take, orderBy: IN_ANY_ORDER })
  return { ...shown, ...(await totalOf(actor, query, count)) }
}
