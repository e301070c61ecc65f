import { operations } from '@/contracts/operations'
import { methods, route } from '@/http/route'
import { deleteApiKey, getApiKey, updateApiKey } from '@/lib/auth/api-key'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  GET: route(operations.getApiKey, ({ actor, params }) => getApiKey(actor, params)),
  PATCH: route(operations.updateApiKey, ({ actor, params, body, countMaking }) =>
    updateApiKey(actor, { ...params, ...body }, countMaking),
  ),
  DELETE: route(operations.deleteApiKey, ({ actor, params }) => deleteApiKey(actor, params)),
})
