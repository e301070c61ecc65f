import { z } from 'zod'
import { API_KEY_STATUSES } from './api-key-filter'
import { definition } from './definition'
import { MEMBER_STATUSES } from './member'
import { role } from './permissions'
import { hostId, id, timestamp } from './text'

/** What happened, as those who wait for it name it: `api_key.revoked`. A resource names its own. */
export type EventType = string

/** One that an endpoint can ask for. */
export const eventType = z.lazy(() => z.enum([...definition().events.keys()]))

const actor = z
  .strictObject({
    kind: z.enum(['api_key', 'session', 'operator', 'system']),
    name: z.string().nullable(),
  })
  .meta({ id: 'EventActor', description: 'Who did it. `system`: nobody, it was time.' })

const changes = z
  .record(z.string(), z.strictObject({ from: z.unknown(), to: z.unknown() }))
  .meta({ description: 'What was set, by field, as in the audit log: what it was and what it is.' })

/** Beside what it is about. */
export const eventDetails = { actor, changes }

/** A key as events tell of it: as it was when they were written. */
export const keyInEvent = z
  .strictObject({
    id,
    name: z.string(),
    start: z.string().nullable(),
    last4: z.string().nullable(),
    status: z.enum([...API_KEY_STATUSES, 'deleted']),
    scopes: z.array(z.string()),
    owner: z.strictObject({ id: hostId, name: z.string(), kind: z.enum(['user', 'service']) }).nullable(),
    createdAt: timestamp.nullable(),
    expiresAt: timestamp.nullable(),
    revokedAt: timestamp.nullable(),
    rotatedFromId: id.nullable(),
    replacedById: id.nullable(),
  })
  .meta({ id: 'KeyInEvent' })

export const memberInEvent = z
  .strictObject({
    id,
    user: z.strictObject({ id, name: z.string(), kind: z.enum(['user', 'service']) }),
    roles: z.array(role),
    status: z.enum(MEMBER_STATUSES),
  })
  .meta({ id: 'MemberInEvent' })

/** What an event of a resource that describes nothing is about. */
export const targetInEvent = z.strictObject({ type: z.string(), id: hostId })

/** What is sent. */
export const eventBody = z.strictObject({
  type: z.string(),
  timestamp: timestamp.meta({ description: 'When it happened.' }),
  sequence: z.int().meta({
    description: 'Of two events about the same key, the later one has the larger number.',
  }),
  data: z.record(z.string(), z.unknown()),
})
export type EventBody = z.infer<typeof eventBody>
