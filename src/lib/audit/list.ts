import type { AuditEvent, ListAuditEventsQuery } from '@/contracts/audit-event'
import type { Page } from '@/contracts/page'
import type { Actor } from '../actor'
import { db, type Prisma } from '../db/client'
import { IN_ANY_ORDER } from '../db/in-any-order'
import { listByTime, totalOf } from '../page'
import { memberNames } from '../people/names'
import { accessible } from '../permissions/ability'
import { readChanges } from './changes'

const auditEventSelect = {
  id: true,
  at: true,
  actorKind: true,
  actorUserId: true,
  actorKeyId: true,
  actorLabel: true,
  action: true,
  targetType: true,
  targetId: true,
  changes: true,
  requestId: true,
  address: true,
  userAgent: true,
} satisfies Prisma.AuditEventSelect

type AuditRow = Prisma.AuditEventGetPayload<{ select: typeof auditEventSelect }>

/**
 * The club's audit log, newest first. `from` is inclusive, `to` exclusive; an id of another club finds
 * nothing.
 * @throws Refusal `validation_failed` naming `cursor`
 */
export async function listAuditEvents(actor: Actor, query: ListAuditEventsQuery): Promise<Page<AuditEvent>> {
  const { limit: _limit, cursor: _cursor, from, to, count, ...given } = query
  const question = { ...query, list: 'audit-events', clubId: actor.clubId }
  const list = listByTime(question, query, 'at', 'desc')
  const asked = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const matching = [
    accessible(actor, 'read', 'AuditEvent'),
    asked,
    { at: { ...(from && { gte: from }), ...(to && { lt: to }) } },
  ]
  const rows = await db().auditEvent.findMany({
    where: { AND: [...matching, list.where] },
    orderBy: list.orderBy,
    take: list.take,
    select: auditEventSelect,
  })
  const names = await memberNames(actor.clubId, [
    ...new Set(rows.flatMap(({ actorUserId }) => actorUserId ?? [])),
  ])
  const shown = list.page(rows, (row) => showAuditEvent(row, names))
  const countUpTo = (take: number) =>
    db().auditEvent.count({ where: { AND: matching }, take, orderBy: IN_ANY_ORDER })
  return { ...shown, ...(await totalOf(actor, { count }, countUpTo)) }
}

function showAuditEvent(row: AuditRow, names: ReadonlyMap<string, string>): AuditEvent {
  const { id, action, requestId, address, userAgent } = row
  const name = row.actorUserId === null ? undefined : names.get(row.actorUserId)
  const user = row.actorUserId === null || name === undefined ? null : { id: row.actorUserId, name }
  return {
    id,
    at: row.at.toISOString(),
    action,
    actor: { kind: row.actorKind, user, keyId: row.actorKeyId, label: row.actorLabel },
    target: { type: row.targetType, id: row.targetId },
    changes: readChanges(row.changes),
    requestId,
    address,
    userAgent,
  }
}
