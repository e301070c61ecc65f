import { apiKeys } from '@/contracts/api-keys'
import { methods, route } from '@/http/route'
import { revokeApiKey } from '@/lib/auth/api-key'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  POST: route(apiKeys.operations.revokeApiKey, ({ actor, params, body }) =>
    revokeApiKey(actor, { ...params, ...body }),
  ),
})
