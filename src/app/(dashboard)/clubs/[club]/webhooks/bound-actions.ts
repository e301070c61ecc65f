import { definition } from '@/contracts/definition'
import type { EventWords, WebhookActions } from '@/components/webhooks/actions'
import {
  addWebhook,
  changeWebhook,
  removeWebhook,
  replayEvents,
  retryDelivery,
  rotateSecret,
  sendTest,
} from './actions'

/** What the pages of a club's webhooks can do, in that club. */
export const webhookActions = (club: string): WebhookActions => ({
  create: addWebhook.bind(null, club),
  update: changeWebhook.bind(null, club),
  remove: removeWebhook.bind(null, club),
  rotateSecret: rotateSecret.bind(null, club),
  test: sendTest.bind(null, club),
  retry: retryDelivery.bind(null, club),
  replay: replayEvents.bind(null, club),
})

export const eventWords = (): EventWords[] =>
  [...definition().events].map(([type, { text, group }]) => ({ type, text, group }))
