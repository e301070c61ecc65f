import { apiKeys } from '@/contracts/api-keys'
import { methods, route } from '@/http/route'
import { deleteApiKey, getApiKey, updateApiKey } from '@/lib/auth/api-key'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  GET: route(apiKeys.operations.getApiKey, ({ actor, params }) => getApiKey(actor, params)),
  PATCH: route(apiKeys.operations.updateApiKey, ({ actor, params, body, countMaking }) =>
    updateApiKey(actor, { ...params, ...body }, countMaking),
  ),
  DELETE: route(apiKeys.operations.deleteApiKey, ({ actor, params }) => deleteApiKey(actor, params)),
})
