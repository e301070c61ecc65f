import { z } from 'zod'
import type { AuditAction, AuditEvent } from '@/contracts/audit-event'
import type { Actor } from '@/lib/auth/actor'
import { db } from '@/lib/db/client'
import { accessible } from '@/lib/permissions/ability'
import { readChanges } from '@/lib/audit/changes'

const KEY_MADE: AuditAction[] = ['api-key.create', 'api-key.import']
const named = z.object({ name: z.object({ to: z.string() }) })

/**
 * What the things are called that these events speak of, by id: as they are called now, or, for what is gone,
 * as the log has it. Only what the caller may see.
 */
export async function describeTargets(
  actor: Actor,
  events: readonly AuditEvent[],
): Promise<Map<string, string>> {
  const idsOf = (type: string) =>
    events.filter(({ target }) => target.type === type).map(({ target }) => target.id)
  const within = (type: string) => ({ id: { in: idsOf(type) } })
  const [keys, members, practices, past] = await Promise.all([
    db().apiKey.findMany({
      where: { AND: [accessible(actor, 'read', 'ApiKey'), within('ApiKey')] },
      select: { id: true, name: true },
    }),
    db().membership.findMany({
      relationLoadStrategy: 'join',
      where: { AND: [accessible(actor, 'read', 'Membership'), within('Membership')] },
      select: { id: true, name: true, user: { select: { name: true } } },
    }),
    db().practice.findMany({
      where: { AND: [accessible(actor, 'read', 'Practice'), within('Practice')] },
      select: { id: true, title: true },
    }),
    db().auditEvent.findMany({
      where: {
        AND: [
          accessible(actor, 'read', 'AuditEvent'),
          { action: { in: KEY_MADE }, targetId: { in: idsOf('ApiKey') } },
        ],
      },
      select: { targetId: true, changes: true },
    }),
  ])
  return new Map([
    ...past.flatMap(({ targetId, changes }) => nameIn(targetId, changes)),
    ...keys.map(({ id, name }) => [id, name] as const),
    ...members.map(({ id, name, user }) => [id, name ?? user.name] as const),
    ...practices.map(({ id, title }) => [id, title] as const),
  ])
}

function nameIn(id: string, changes: unknown): (readonly [string, string])[] {
  const parsed = named.safeParse(readChanges(changes))
  return parsed.success ? [[id, parsed.data.name.to]] : []
}
