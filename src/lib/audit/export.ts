import type { AUDIT_COLUMNS, AuditEvent, ListAuditEventsQuery } from '@/contracts/audit-event'
import type { Actor } from '../actor'
import { wholeList } from '../whole-list'
import { listAuditEvents } from './list'

/**
 * Everything in the club's log that matches, newest first, part by part.
 * @param mayReadOn asked before each further part
 * @throws Refusal `unavailable` where the caller may no longer read on
 */
export async function* exportAuditEvents(
  actor: Actor,
  { limit: _limit, cursor: _cursor, count: _count, ...query }: ListAuditEventsQuery,
  mayReadOn: () => Promise<boolean>,
): AsyncGenerator<{ flat: FlatEvent; whole: AuditEvent }[]> {
  const parts = wholeList((page) => listAuditEvents(actor, { ...query, ...page }), mayReadOn)
  for await (const part of parts) yield part.map((whole) => ({ flat: flatEvent(whole), whole }))
}

/** An event as a line of a table; nested values become JSON, or columns of their own. */
type FlatEvent = Record<(typeof AUDIT_COLUMNS)[number], string | null>
const flatEvent = ({ id, at, action, actor, target, changes, ...trace }: AuditEvent): FlatEvent => ({
  id,
  at,
  action,
  actorKind: actor.kind,
  actorUserId: actor.user?.id ?? null,
  actorUserName: actor.user?.name ?? null,
  actorKeyId: actor.keyId,
  actorLabel: actor.label,
  targetType: target.type,
  targetId: target.id,
  changes: JSON.stringify(changes),
  ...trace,
})
