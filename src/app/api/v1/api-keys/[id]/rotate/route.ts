import { operations } from '@/contracts/operations'
import { methods, route } from '@/http/route'
import { rotateApiKey } from '@/lib/auth/api-key'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  POST: route(operations.rotateApiKey, ({ actor, params, body }) =>
    rotateApiKey(actor, { ...params, ...body }),
  ),
})
