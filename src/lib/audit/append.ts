import type { AuditAction } from '@/contracts/audit-event'
import { definition } from '@/contracts/definition'
import type { Actor } from '../actor'
import type { Prisma, Transaction } from '../db/client'
import { newId } from '../db/new-id'
import { postEvents } from '../events/post'
import { wantedTypes } from '../events/wanted'
import { memberNames } from '../people/names'
import type { Changes } from './changes'

/** The part of an actor that goes on record. */
type Who = Pick<Actor, 'clubId' | 'userId' | 'trace'> & {
  via: Actor['via'] | { kind: 'system'; label?: null }
}

/** What goes on record of an act. `changes` holds ids, names and settings; never a token or a digest. */
type AuditEntry = {
  action: AuditAction
  targetId: string
  changes: Changes
}

/**
 * Appends to the audit log in the change's own transaction: neither can exist without the other (G9). So it is
 * with the events that tell of it, where somebody wants them. Refuses where the database holds a restriction that this release does not know.
 * @throws Refusal `unavailable`
 */
export async function appendAudit(tx: Transaction, actor: Who, ...entries: AuditEntry[]): Promise<void> {
  const data = entries.map((entry) => ({
    ...whoActs(actor),
    ...entry,
    targetType: targetOf(entry.action),
    changes: entry.changes as Prisma.InputJsonObject,
  }))
  await tx.auditEvent.createMany({ data })
  await postEventsOf(tx, actor, entries)
}

/** As `appendAudit`, for very many: one statement with one parameter. */
export async function appendManyAudits(
  tx: Transaction,
  actor: Who,
  entries: readonly AuditEntry[],
): Promise<void> {
  const { clubId, ...who } = whoActs(actor)
  const rows = entries.map((entry) => ({
    id: newId(),
    ...who,
    ...entry,
    targetType: targetOf(entry.action),
  }))
  await tx.$executeRaw`
    INSERT INTO "AuditEvent" ("id", "clubId", "actorKind", "actorUserId", "actorKeyId", "actorLabel", "requestId", "address", "userAgent",
      "action", "targetType", "targetId", "changes")
    SELECT "id", ${clubId}, "actorKind"::"AuditActorKind", "actorUserId", "actorKeyId", "actorLabel", "requestId", "address",
      "userAgent", "action", "targetType", "targetId", "changes"
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS g(
      "id" uuid, "actorKind" text, "actorUserId" text, "actorKeyId" uuid, "actorLabel" text, "requestId" text, "address" text,
      "userAgent" text, "action" text, "targetType" text, "targetId" text, "changes" jsonb)`
  await postEventsOf(tx, actor, entries)
}

function whoActs(actor: Who) {
  const { via } = actor
  const { requestId, address, userAgent } = actor.trace
  return {
    clubId: actor.clubId,
    actorKind: via.kind,
    actorUserId: via.kind === 'api_key' || via.kind === 'session' ? actor.userId : null,
    actorKeyId: via.kind === 'api_key' ? via.keyId : null,
    actorLabel: labelOf(actor),
    requestId,
    address,
    userAgent,
  }
}

async function postEventsOf(tx: Transaction, actor: Who, entries: readonly AuditEntry[]): Promise<void> {
  const wanted = await wantedTypes(tx, actor.clubId)
  const happenings = entries.flatMap(({ action, targetId, changes }) => {
    const type = eventOf(action, changes)
    return type !== undefined && wanted.has(type) ? [{ type, subjectId: targetId, changes }] : []
  })
  if (happenings.length === 0) return
  const { clubId, via, userId } = actor
  const isPerson = via.kind === 'session' && userId !== null
  const name = isPerson ? (await memberNames(clubId, [userId], tx)).get(userId) : labelOf(actor)
  await postEvents(tx, { clubId, actor: { kind: via.kind, name: name ?? null } }, happenings)
}

/** Of a change that has an event of its own, that one. */
function eventOf(action: AuditAction, changes: Changes): string | undefined {
  const act = definition().audit.get(action)
  const finer = act?.finer?.find(
    ({ field, to, event }) =>
      event !== undefined && field in changes && (to === undefined || changes[field]?.to === to),
  )
  return finer?.event ?? act?.event
}

function targetOf(action: AuditAction): string {
  const act = definition().audit.get(action)
  if (!act)
    throw new Error(`no resource has the audit action ${action}: add it to its contract, with its words`)
  return act.target
}

const labelOf = ({ via }: Who) =>
  via.kind === 'session' ? null : via.kind === 'api_key' ? via.keyName : (via.label ?? null)
