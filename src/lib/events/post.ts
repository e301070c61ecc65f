import type { AuditEvent } from '@/contracts/audit-event'
import { definition, type EventKind } from '@/contracts/definition'
import { eventDetails, targetInEvent, type EventType } from '@/contracts/events'
import { z } from 'zod'
import type { Transaction } from '../db/client'
import { newId } from '../db/new-id'
import { wakeAfterCommit } from '../outbox/wake'
import { describeBy } from './describe'

/** Who did what an event tells of. */
export type EventActor = { kind: AuditEvent['actor']['kind']; name: string | null }
export type Happening = { type: EventType; subjectId: string; changes: AuditEvent['changes'] }

/**
 * Writes events in the transaction of what they tell of, in their order. Whoever wants them is told after the
 * commit. The caller holds the lock of what changed, so that the events of one thing are numbered in the order
 * of their commits.
 * @throws ZodError for what the contract does not say: nothing is sent that nobody could read
 */
export async function postEvents(
  tx: Transaction,
  { clubId, actor }: { clubId: string; actor: EventActor },
  happenings: readonly Happening[],
): Promise<void> {
  if (happenings.length === 0) return
  const described = await describeAll(tx, clubId, happenings)
  const rows = happenings.flatMap(({ type, subjectId, changes }, n) => {
    const kind = definition().events.get(type)
    if (!kind) throw new Error(`no resource has the event ${type}: add it to its contract, with its words`)
    const about = kind.about ? described.get(subjectId) : { type: kind.model, id: subjectId }
    // Gone without a trace, in this very transaction.
    if (!about) return []
    const data = dataOf(kind).parse({ [nameIn(kind)]: about, actor, changes })
    return [{ id: newId(), n, type, subjectId, data }]
  })
  if (rows.length === 0) return
  await tx.$executeRaw`
    INSERT INTO "Event" ("id", "clubId", "type", "subjectId", "data")
    SELECT g."id", ${clubId}, g."type", g."subjectId", g."data"
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS g("id" uuid, "n" int, "type" text, "subjectId" text, "data" jsonb)
    ORDER BY g."n"`
  wakeAfterCommit(tx)
}

const nameIn = ({ about }: EventKind): string => about?.as ?? 'target'

/** What events of a kind hold. */
export const dataOf = (kind: EventKind) =>
  z.strictObject({ [nameIn(kind)]: kind.about?.shape ?? targetInEvent, ...eventDetails })

async function describeAll(
  tx: Transaction,
  clubId: string,
  happenings: readonly Happening[],
): Promise<Map<string, object>> {
  const found = new Map<string, object>()
  const byModel = Map.groupBy(happenings, ({ type }) => definition().events.get(type)?.model ?? '')
  for (const [model, some] of byModel) {
    const ids = [...new Set(some.map(({ subjectId }) => subjectId))]
    const described = (await describeBy(model)?.(tx, clubId, ids)) ?? []
    for (const [id, about] of described) found.set(id, about)
  }
  return found
}
