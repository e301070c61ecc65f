import { webhooks } from '@/contracts/webhooks'
import { methods, route } from '@/http/route'
import { rotateWebhookSecret } from '@/lib/webhooks/rotate-secret'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  POST: route(webhooks.operations.rotateWebhookSecret, ({ actor, params, body }) =>
    rotateWebhookSecret(actor, { ...params, ...body }),
  ),
})
