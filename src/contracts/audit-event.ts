import { z } from 'zod'
import { page, pageQuery } from './page'
import { id, instant, line, timestamp } from './text'

const AUDIT_TARGETS = ['ApiKey', 'Practice', 'Membership', 'Club'] as const
export type AuditTarget = (typeof AUDIT_TARGETS)[number]

/** An act on record. Nobody can change or delete it. */
export const auditEvent = z
  .strictObject({
    id,
    at: timestamp,
    action: z.string().meta({ description: 'Such as `api-key.revoke`.' }),
    actor: z.strictObject({
      kind: z.enum(['api_key', 'session', 'operator', 'system']),
      user: z.strictObject({ id, name: z.string() }).nullable(),
      keyId: id.nullable(),
      label: z
        .string()
        .nullable()
        .meta({ description: 'The key’s name at that time, or who sat at the command line.' }),
    }),
    target: z.strictObject({ type: z.string(), id }),
    changes: z
      .record(z.string(), z.unknown())
      .meta({ description: 'What was set; `[before, after]` where something was changed.' }),
    requestId: z.string().nullable(),
    address: z.string().nullable(),
    userAgent: z.string().nullable(),
  })
  .meta({ id: 'AuditEvent' })
export type AuditEvent = z.infer<typeof auditEvent>

export const listAuditEventsQuery = z.strictObject({
  ...pageQuery,
  action: line(64).optional(),
  actorUserId: id.optional(),
  actorKeyId: id.optional(),
  targetType: z.enum(AUDIT_TARGETS).optional(),
  targetId: id.optional(),
  from: instant.optional().meta({ description: 'Only what happened at this instant or later.' }),
  to: instant.optional().meta({ description: 'Only what happened before this instant.' }),
})
export type ListAuditEventsQuery = z.infer<typeof listAuditEventsQuery>
export const auditEventPage = page(auditEvent).meta({ id: 'AuditEventPage' })
