import { apiKeys } from '@/contracts/api-keys'
import { methods, route } from '@/http/route'
import { createApiKey, listApiKeys } from '@/lib/auth/api-key'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  GET: route(apiKeys.operations.listApiKeys, ({ actor, query }) => listApiKeys(actor, query)),
  POST: route(apiKeys.operations.createApiKey, ({ actor, body }) => createApiKey(actor, body)),
})
