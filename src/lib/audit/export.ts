import type { AUDIT_COLUMNS, AuditEvent, ListAuditEventsQuery } from '@/contracts/audit-event'
import type { Actor } from '../actor'
import { unavailable } from '../errors'
import { listAuditEvents } from './list'

/** How many events are read at once: a megabyte or so. */
const AT_ONCE = 500

/**
 * Everything in the club's log that matches, newest first, part by part; never more than one part is in
 * memory. A caller who loses the right meanwhile gets no further part.
 * @param mayReadOn asked before each further part
 * @throws Refusal `unavailable` where the caller may no longer read on
 */
export async function* exportAuditEvents(
  actor: Actor,
  { limit: _limit, cursor: _cursor, count: _count, ...query }: ListAuditEventsQuery,
  mayReadOn: () => Promise<boolean>,
): AsyncGenerator<{ flat: FlatEvent; whole: AuditEvent }[]> {
  let cursor: string | undefined
  do {
    if (cursor !== undefined && !(await mayReadOn())) throw unavailable()
    const page = await listAuditEvents(actor, {
      ...query,
      limit: AT_ONCE,
      ...(cursor !== undefined && { cursor }),
    })
    yield page.data.map((whole) => ({ flat: flatEvent(whole), whole }))
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
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
