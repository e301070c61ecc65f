import { z } from 'zod'
import { page, pageQuery } from './page'
import { id, instant, timestamp } from './text'

const AUDIT_TARGETS = ['ApiKey', 'Practice', 'Membership', 'Club'] as const
export type AuditTarget = (typeof AUDIT_TARGETS)[number]

/** Every act that goes on record. */
export const AUDIT_ACTIONS = [
  'api-key.create',
  'api-key.update',
  'api-key.rotate',
  'api-key.hand-over',
  'api-key.revoke',
  'api-key.delete',
  'member.invite',
  'member.update',
  'member.remove',
  'member.invite-again',
  'member.password-link',
  'member.password-set',
  'member.password-change',
  'member.identity-link',
  'member.identity-unlink',
  'member.sign-out-everywhere',
  'service-account.create',
  'service-account.update',
  'service-account.remove',
  'practice.create',
  'practice.update',
  'practice.delete',
  'club.create',
  'club.policy',
] as const
export type AuditAction = (typeof AUDIT_ACTIONS)[number]

/** An act on record. Nobody can change or delete it. */
export const auditEvent = z
  .strictObject({
    id,
    at: timestamp,
    // No enum: a newer release that runs beside this one may write actions that this one does not know.
    action: z
      .string()
      .meta({ description: 'One of those that the filter `action` takes.', examples: ['api-key.revoke'] }),
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
      .record(z.string(), z.strictObject({ from: z.unknown(), to: z.unknown() }))
      .meta({ description: 'What was set, by field: what it was (null: nothing) and what it is.' }),
    requestId: z.string().nullable(),
    address: z.string().nullable(),
    userAgent: z.string().nullable(),
  })
  .meta({ id: 'AuditEvent' })
export type AuditEvent = z.infer<typeof auditEvent>

export const listAuditEventsQuery = z.strictObject({
  ...pageQuery,
  action: z.enum(AUDIT_ACTIONS).optional(),
  actorUserId: id.optional(),
  actorKeyId: id.optional(),
  targetType: z.enum(AUDIT_TARGETS).optional(),
  targetId: id.optional(),
  from: instant.optional().meta({ description: 'Only what happened at this instant or later.' }),
  to: instant.optional().meta({ description: 'Only what happened before this instant.' }),
})
export type ListAuditEventsQuery = z.infer<typeof listAuditEventsQuery>
export const auditEventPage = page(auditEvent).meta({ id: 'AuditEventPage' })
