import { z } from 'zod'
import type { AuditEvent } from '@/contracts/audit-event'
import { definition } from '@/contracts/definition'
import type { Actor } from '@/lib/actor'
import { db } from '@/lib/db/client'
import { accessible, type ModelName } from '@/lib/permissions/ability'
import { readChanges } from '@/lib/audit/changes'

type Named = (readonly [id: string, name: string])[]
type Rows = { findMany: (query: object) => Promise<Record<string, string>[]> }

/**
 * The names of the things that these events are about, by id: as they are called now, or, for what is gone,
 * as the log has it. Only what the caller may see.
 */
export async function describeTargets(
  actor: Actor,
  events: readonly AuditEvent[],
): Promise<Map<string, string>> {
  const idsOf = (model: string) => [
    ...new Set(events.filter(({ target }) => target.type === model).map(({ target }) => target.id)),
  ]
  const named = definition().resources.map(async ({ model, called }): Promise<Named> => {
    const ids = idsOf(model)
    if (called === undefined || ids.length === 0) return []
    return [...(await namesOnRecord(actor, ids, called)), ...(await namesNow(actor, model, ids, called))]
  })
  return new Map((await Promise.all([...named, memberNames(actor, idsOf('Membership'))])).flat())
}

async function namesNow(actor: Actor, model: string, ids: string[], called: string): Promise<Named> {
  const rows = (db() as unknown as Record<string, Rows>)[model.charAt(0).toLowerCase() + model.slice(1)]
  const found = await rows?.findMany({
    where: { AND: [accessible(actor, 'read', model as ModelName), { id: { in: ids } }] },
    select: { id: true, [called]: true },
  })
  return (found ?? []).map((row) => [row.id ?? '', row[called] ?? ''])
}

/** From the events that gave them one, the last of which counts. */
async function namesOnRecord(actor: Actor, ids: string[], called: string): Promise<Named> {
  const past = await db().auditEvent.findMany({
    where: {
      AND: [
        accessible(actor, 'read', 'AuditEvent'),
        { targetId: { in: ids }, changes: { path: [called, 'to'], string_starts_with: '' } },
      ],
    },
    orderBy: [{ at: 'asc' }, { id: 'asc' }],
    select: { targetId: true, changes: true },
  })
  const name = z.object({ to: z.string() })
  return past.flatMap(({ targetId, changes }) => {
    const parsed = name.safeParse(readChanges(changes)[called])
    return parsed.success ? [[targetId, parsed.data.to] as const] : []
  })
}

/** The club's own name for a person goes before theirs, so that no single column holds it. */
async function memberNames(actor: Actor, ids: string[]): Promise<Named> {
  const members = await db().membership.findMany({
    relationLoadStrategy: 'join',
    where: { AND: [accessible(actor, 'read', 'Membership'), { id: { in: ids } }] },
    select: { id: true, name: true, user: { select: { name: true } } },
  })
  return members.map(({ id, name, user }) => [id, name ?? user.name])
}
