import { webhooks } from '@/contracts/webhooks'
import { methods, route } from '@/http/route'
import { deleteWebhook } from '@/lib/webhooks/delete'
import { getWebhook } from '@/lib/webhooks/list'
import { updateWebhook } from '@/lib/webhooks/update'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  GET: route(webhooks.operations.getWebhook, ({ actor, params }) => getWebhook(actor, params)),
  PATCH: route(webhooks.operations.updateWebhook, ({ actor, params, body, countMaking }) =>
    updateWebhook(actor, { ...params, ...body }, countMaking),
  ),
  DELETE: route(webhooks.operations.deleteWebhook, ({ actor, params }) => deleteWebhook(actor, params)),
})
