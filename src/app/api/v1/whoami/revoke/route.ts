import { caller } from '@/contracts/whoami'
import { methods, route } from '@/http/route'
import { revokeOwnKey } from '@/lib/auth/api-key'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  POST: route(caller.operations.revokeOwnKey, ({ actor, body }) => revokeOwnKey(actor, body)),
})
