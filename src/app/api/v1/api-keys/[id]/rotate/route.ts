import { apiKeys } from '@/contracts/api-keys'
import { methods, route } from '@/http/route'
import { rotateApiKey } from '@/lib/auth/api-key'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  POST: route(apiKeys.operations.rotateApiKey, ({ actor, params, body }) =>
    rotateApiKey(actor, { ...params, ...body }),
  ),
})
