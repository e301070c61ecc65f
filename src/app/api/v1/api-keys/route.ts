import { operations } from '@/contracts/operations'
import { methods, route } from '@/http/route'
import { createApiKey, listApiKeys } from '@/lib/auth/api-key'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  GET: route(operations.listApiKeys, ({ actor, query }) => listApiKeys(actor, query)),
  POST: route(operations.createApiKey, ({ actor, body }) => createApiKey(actor, body)),
})
