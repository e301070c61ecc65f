import { webhooks } from '@/contracts/webhooks'
import { methods, route } from '@/http/route'
import { retryWebhookDelivery } from '@/lib/webhooks/send-again'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  POST: route(webhooks.operations.retryWebhookDelivery, ({ actor, params }) =>
    retryWebhookDelivery(actor, params),
  ),
})
