import type { AuditTarget } from '@/contracts/audit-event'
import type { Actor } from '../auth/actor'
import type { Prisma, Transaction } from '../db/client'

/** An act on record. `changes` holds ids, names and settings; never a token or a digest. */
export type AuditEntry = {
  action: string
  targetType: AuditTarget
  targetId: string
  changes?: Prisma.InputJsonObject
}

/** Appends to the audit log inside the change's own transaction: neither can exist without the other (G9). */
export async function appendAudit(tx: Transaction, actor: Actor, ...entries: AuditEntry[]): Promise<void> {
  const { via } = actor
  const { requestId, address, userAgent } = actor.trace
  const who = {
    clubId: actor.clubId,
    actorKind: via.kind,
    actorUserId: via.kind === 'operator' ? null : actor.userId,
    actorKeyId: via.kind === 'api_key' ? via.keyId : null,
    actorLabel: labelOf(actor),
    requestId,
    address,
    userAgent,
  }
  await tx.auditEvent.createMany({ data: entries.map((entry) => ({ ...who, ...entry })) })
}

const labelOf = ({ via }: Actor) =>
  via.kind === 'operator' ? via.label : via.kind === 'api_key' ? via.keyName : null

/** `{ field: [before, after] }` of the fields that differ, for an update's audit row. */
export function difference<Row extends Record<string, unknown>>(
  before: Partial<Row>,
  after: Row,
): Prisma.InputJsonObject {
  const changed: [string, Prisma.InputJsonValue][] = []
  for (const field of Object.keys(after)) {
    const [old, now] = [asJson(before[field]), asJson(after[field])]
    if (JSON.stringify(old) !== JSON.stringify(now))
      changed.push([field, [old, now] as Prisma.InputJsonArray])
  }
  return Object.fromEntries(changed)
}

const asJson = (value: unknown): unknown => (value instanceof Date ? value.toISOString() : (value ?? null))
