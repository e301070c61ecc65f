import { z } from 'zod'
import { eventType } from './events'
import { byId } from './operation'
import { pageQuery } from './page'
import { id, instant, line, timestamp } from './text'

const MAX_URL = 2048

/** Where it leads is checked when it is connected to: a name may lead elsewhere by then. */
const url = z
  .string()
  .max(MAX_URL, { error: `must hold at most ${MAX_URL} characters` })
  .refine((text) => isPlain(text), {
    error: 'must be an address such as https://example.org/hooks, without name, password or fragment',
  })
  .transform((text) => new URL(text).href)
  .meta({
    maxLength: MAX_URL,
    format: 'uri',
    description:
      'Where events are posted to. `https` on port 443 or 8443 and a public address, unless the operator allows a network of their own.',
  })

/** Without white space and the like, which the parser would drop silently. */
function isPlain(text: string): boolean {
  // The parser takes any number of slashes before the host.
  if (!/^https?:\/\/(?!\/)[^\s\\\p{Cc}]+$/iu.test(text)) return false
  if (!text.isWellFormed() || !URL.canParse(text)) return false
  return !/^[^/]+\/\/[^/?]*@/.test(text) && !text.includes('#') && new URL(text).hostname !== ''
}

const types = z
  .array(eventType)
  .min(1)
  .refine((given) => new Set(given).size === given.length, { error: 'must not name a type twice' })
  .meta({ description: 'Which events are sent there.' })
const description = line(200).nullable()

const attempt = {
  status: z.enum(['pending', 'delivered', 'failed']).meta({
    description: '`failed`: it is not tried again by itself.',
  }),
  attempts: z.int(),
  attemptedAt: timestamp.nullable().meta({ description: 'When it was tried last.' }),
  nextAttemptAt: timestamp.nullable().meta({ description: 'null: it is over, or under way.' }),
  deliveredAt: timestamp.nullable(),
  responseStatus: z.int().nullable().meta({ description: 'What the receiver answered last.' }),
  responseBody: z.string().nullable().meta({
    description:
      'The first 1,000 characters of it, redacted; null where it came from a network of the operator’s.',
  }),
  error: z.string().nullable().meta({ description: 'Why nothing was answered, or why that was no success.' }),
  durationMs: z.int().nullable(),
}

export const webhookDelivery = z
  .strictObject({
    id,
    webhookId: id,
    event: z.strictObject({
      id: id.meta({ description: 'The header `webhook-id`, the same at each attempt.' }),
      type: z.string(),
      sequence: z.int(),
      createdAt: timestamp,
    }),
    createdAt: timestamp,
    ...attempt,
  })
  .meta({ id: 'WebhookDelivery' })
export type WebhookDelivery = z.infer<typeof webhookDelivery>

export const webhook = z
  .strictObject({
    id,
    url: z.string(),
    description: z.string().nullable(),
    types: z.array(z.string()),
    status: z.enum(['enabled', 'failing', 'disabled']).meta({
      description: '`failing`: nothing has arrived there lately. After five days of that it is disabled.',
    }),
    disabledReason: z.enum(['by-hand', 'gone', 'failing']).nullable().meta({
      description: '`gone`: it answered 410. `failing`: nothing arrived for five days.',
    }),
    failingSince: timestamp.nullable(),
    createdAt: timestamp,
    signingSince: timestamp.meta({ description: 'When its secret was made.' }),
    graceUntil: timestamp.nullable().meta({
      description: 'Until when the secret before signs as well; null: it does not any more.',
    }),
  })
  .meta({ id: 'Webhook' })
export type Webhook = z.infer<typeof webhook>

const secret = z
  .string()
  .nullable()
  .meta({
    description:
      'Verifies what is sent there. Shown this once; null where a repeated request comes too late.',
    examples: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
  })
export const webhookWithSecret = webhook
  .extend({ secret, notice: z.string().optional() })
  .meta({ id: 'WebhookWithSecret' })
export type WebhookWithSecret = z.infer<typeof webhookWithSecret>

export const createWebhookBody = z
  .strictObject({ url, types, description: description.optional() })
  .meta({ id: 'CreateWebhook' })
export type CreateWebhookBody = z.infer<typeof createWebhookBody>

export const updateWebhookBody = z
  .strictObject({
    url: url.optional(),
    types: types.optional(),
    description: description.optional(),
    disabled: z.boolean().optional().meta({
      description:
        'true: nothing is sent there, and what waits is given up. false: events from now on are sent.',
    }),
  })
  .refine((body) => Object.keys(body).length > 0, { error: 'must change something' })
  .meta({ id: 'UpdateWebhook' })
export type UpdateWebhookBody = z.infer<typeof updateWebhookBody>

export const rotateWebhookSecretBody = z
  .strictObject({
    graceSeconds: z
      .int()
      .min(0)
      .max(7 * 86_400, { error: 'must be at most 604800, which is seven days' })
      .default(86_400)
      .meta({ description: 'How long the old secret signs beside the new one.' }),
  })
  .meta({ id: 'RotateWebhookSecret' })
export type RotateWebhookSecretBody = z.infer<typeof rotateWebhookSecretBody>

export const replayWebhookBody = z
  .strictObject({
    since: instant.meta({ description: 'Events from then on, at most 30 days back.' }),
  })
  .meta({ id: 'ReplayWebhook' })
export type ReplayWebhookBody = z.infer<typeof replayWebhookBody>
export const replayedWebhook = z
  .strictObject({ id, deliveries: z.int().meta({ description: 'How many events are sent again.' }) })
  .meta({ id: 'ReplayedWebhook' })

export const listWebhooksQuery = z.strictObject(pageQuery)
export type ListWebhooksQuery = z.infer<typeof listWebhooksQuery>

export const listWebhookDeliveriesQuery = z.strictObject({
  ...pageQuery,
  status: attempt.status.optional(),
})
export type ListWebhookDeliveriesQuery = z.infer<typeof listWebhookDeliveriesQuery>

/** Of a path that names both. */
export const ofDelivery = byId.extend({ deliveryId: id })
