import { z } from 'zod'
import { definition } from './definition'
import { page, pageQuery } from './page'
import { resource } from './resource'
import { hostId, id, instant, timestamp } from './text'

/** The name of an act that goes on record: a resource has it, with its words. */
export type AuditAction = string

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
      user: z.strictObject({ id: hostId, name: z.string() }).nullable(),
      keyId: id.nullable(),
      label: z
        .string()
        .nullable()
        .meta({ description: 'The key’s name at that time, or who sat at the command line.' }),
    }),
    target: z.strictObject({ type: z.string(), id: hostId }),
    changes: z
      .record(z.string(), z.strictObject({ from: z.unknown(), to: z.unknown() }))
      .meta({ description: 'What was set, by field: what it was (null: nothing) and what it is.' }),
    requestId: z.string().nullable(),
    address: z.string().nullable(),
    userAgent: z.string().nullable(),
  })
  .meta({ id: 'AuditEvent' })
export type AuditEvent = z.infer<typeof auditEvent>

/** Of the log as a table. */
export const AUDIT_COLUMNS = [
  'id',
  'at',
  'action',
  'actorKind',
  'actorUserId',
  'actorUserName',
  'actorKeyId',
  'actorLabel',
  'targetType',
  'targetId',
  'changes',
  'requestId',
  'address',
  'userAgent',
] as const

const targets = () => [...new Set([...definition().audit.values()].map(({ target }) => target))]

export const listAuditEventsQuery = z.strictObject({
  ...pageQuery,
  action: z.lazy(() => z.enum([...definition().audit.keys()])).optional(),
  actorUserId: hostId.optional(),
  actorKeyId: id.optional(),
  targetType: z.lazy(() => z.enum(targets())).optional(),
  targetId: hostId.optional(),
  from: instant.optional().meta({ description: 'Only what happened at this instant or later.' }),
  to: instant.optional().meta({ description: 'Only what happened before this instant.' }),
})
export type ListAuditEventsQuery = z.infer<typeof listAuditEventsQuery>
const auditEventPage = page(auditEvent).meta({ id: 'AuditEventPage' })

/** The layer's own, in every app. */
export const auditLog = resource({
  model: 'AuditEvent',
  title: 'Oversight',
  about: 'What was done in the club, and by whom. Nobody can change or delete it.',
  scopes: {
    'audit:read': { text: 'Read the club’s audit log.', can: { read: { $admins: 'all' } } },
  },
  operations: {
    listAuditEvents: {
      method: 'GET',
      path: '/api/v1/audit-events',
      summary: 'List what was done in the club, newest first',
      scope: 'audit:read',
      can: ['read', 'AuditEvent'],
      query: listAuditEventsQuery,
      exports: AUDIT_COLUMNS,
      status: 200,
      response: auditEventPage,
    },
  },
})
