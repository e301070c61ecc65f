import { webhooks } from '@/contracts/webhooks'
import { methods, route } from '@/http/route'
import { testWebhook } from '@/lib/webhooks/send-test'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  POST: route(webhooks.operations.testWebhook, ({ actor, params }) => testWebhook(actor, params)),
})
