import { usageOperations } from '@/contracts/usage-operations'
import { methods, route } from '@/http/route'
import { getUsage } from '@/lib/usage/read-usage'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  GET: route(usageOperations.getUsage, ({ actor, query }) => getUsage(actor, query)),
})
