import { apiKeys } from '@/contracts/api-keys'
import { methods, route } from '@/http/route'
import { revokeApiKeys } from '@/lib/auth/api-key'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  POST: route(apiKeys.operations.revokeApiKeys, ({ actor, body }) => revokeApiKeys(actor, body)),
})
