import { webhooks } from '@/contracts/webhooks'
import { methods, route } from '@/http/route'
import { createWebhook } from '@/lib/webhooks/create'
import { listWebhooks } from '@/lib/webhooks/list'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  GET: route(webhooks.operations.listWebhooks, ({ actor, query }) => listWebhooks(actor, query)),
  POST: route(webhooks.operations.createWebhook, ({ actor, body }) => createWebhook(actor, body)),
})
