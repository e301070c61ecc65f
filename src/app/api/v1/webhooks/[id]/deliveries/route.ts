import { webhooks } from '@/contracts/webhooks'
import { methods, route } from '@/http/route'
import { listWebhookDeliveries } from '@/lib/webhooks/list-deliveries'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  GET: route(webhooks.operations.listWebhookDeliveries, ({ actor, params, query }) =>
    listWebhookDeliveries(actor, { ...params, ...query }),
  ),
})
