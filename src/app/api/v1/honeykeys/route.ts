import { honeykeys } from '@/contracts/honeykeys'
import { methods, route } from '@/http/route'
import { createHoneykey } from '@/lib/auth/api-key'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  POST: route(honeykeys.operations.createHoneykey, ({ actor, body }) => createHoneykey(actor, body)),
})
