import { apiKeys } from '@/contracts/api-keys'
import { methods, route } from '@/http/route'
import { createApiKey, exportApiKeys, listApiKeys } from '@/lib/auth/api-key'
import { isStillLive } from '@/lib/auth/still-live'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  GET: route(
    apiKeys.operations.listApiKeys,
    ({ actor, query }) => listApiKeys(actor, query),
    ({ actor, query }) => exportApiKeys(actor, query, () => isStillLive(actor, 'api-keys:read')),
  ),
  POST: route(apiKeys.operations.createApiKey, ({ actor, body }) => createApiKey(actor, body)),
})
