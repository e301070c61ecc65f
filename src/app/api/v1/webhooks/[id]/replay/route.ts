import { webhooks } from '@/contracts/webhooks'
import { methods, route } from '@/http/route'
import { replayWebhook } from '@/lib/webhooks/send-again'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  POST: route(webhooks.operations.replayWebhook, ({ actor, params, body }) =>
    replayWebhook(actor, { ...params, ...body }),
  ),
})
