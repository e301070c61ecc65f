import type { Webhook, WebhookDelivery, WebhookWithSecret } from '@/contracts/webhook'
import type { PageAct } from '../outcome'

type Settings = { url: string; types: string[]; description: string | null }

/** What an admin can do with the club's webhooks, in the page's own club. */
export type WebhookActions = {
  create: PageAct<Settings, WebhookWithSecret>
  update: PageAct<{ id: string; disabled?: boolean } & Partial<Settings>, Webhook>
  remove: PageAct<{ id: string }, void>
  rotateSecret: PageAct<{ id: string; graceSeconds: number }, WebhookWithSecret>
  test: PageAct<{ id: string }, WebhookDelivery>
  retry: PageAct<{ id: string; deliveryId: string }, WebhookDelivery>
  replay: PageAct<{ id: string; since: string }, { deliveries: number }>
}

/** What events there are, in words. */
export type EventWords = { type: string; text: string; group: string }
