import type { EventWords, WebhookActions } from '@/components/webhooks/actions'
import type { Webhook, WebhookDelivery } from '@/contracts/webhook'
import { answered } from '../answers'
import { ago, ahead, DAY_HOURS, idOf } from './time'

export const EVENTS: readonly EventWords[] = [
  { type: 'api_key.created', text: 'A key was made.', group: 'Keys' },
  { type: 'api_key.revoked', text: 'A key was revoked.', group: 'Keys' },
  { type: 'api_key.leaked', text: 'The token of a key was found in public.', group: 'Keys' },
  { type: 'member.removed', text: 'A member was removed.', group: 'Members' },
]

export const aWebhook = (given: Partial<Webhook> = {}): Webhook => ({
  id: idOf(71),
  url: 'https://hooks.harriers.example/clubkeys',
  description: 'Posts to the club’s chat',
  types: EVENTS.map(({ type }) => type),
  status: 'enabled',
  disabledReason: null,
  failingSince: null,
  createdAt: ago(40 * DAY_HOURS),
  signingSince: ago(40 * DAY_HOURS),
  graceUntil: null,
  ...given,
})

/** An address as long as some are, and without a place to break it. */
export const LONG_URL = `https://${'subdomain'.repeat(6)}.example/hooks/${'0a1b2c3d'.repeat(16)}?token-of-the-way=${'x'.repeat(60)}`

const aDelivery = (n: number, given: Partial<WebhookDelivery> = {}): WebhookDelivery => ({
  id: idOf(800 + n),
  webhookId: idOf(71),
  event: { id: idOf(900 + n), type: 'api_key.revoked', sequence: n, createdAt: ago(n) },
  createdAt: ago(n),
  status: 'delivered',
  attempts: 1,
  attemptedAt: ago(n),
  nextAttemptAt: null,
  deliveredAt: ago(n),
  responseStatus: 200,
  responseBody: null,
  error: null,
  durationMs: 84,
  ...given,
})

export const DELIVERIES: readonly WebhookDelivery[] = [
  aDelivery(1, {
    status: 'pending',
    attempts: 0,
    attemptedAt: null,
    deliveredAt: null,
    responseStatus: null,
    durationMs: null,
  }),
  aDelivery(2, { responseBody: '{"ok":true}' }),
  aDelivery(3, {
    status: 'pending',
    attempts: 3,
    nextAttemptAt: ahead(0.5),
    deliveredAt: null,
    responseStatus: 503,
    responseBody: `upstream connect error ${'unbroken'.repeat(40)}`,
    error: 'It answered 503.',
  }),
  aDelivery(30, {
    status: 'failed',
    attempts: 8,
    deliveredAt: null,
    responseStatus: null,
    error: 'No connection within 5 seconds.',
    durationMs: null,
  }),
]

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

export const WEBHOOK_ACTIONS: WebhookActions = {
  create: answered({ ...aWebhook(), secret }),
  update: answered(aWebhook()),
  remove: answered(undefined),
  rotateSecret: answered({ ...aWebhook(), secret }),
  test: answered(aDelivery(0)),
  retry: answered(aDelivery(0)),
  replay: answered({ deliveries: 12 }),
}
