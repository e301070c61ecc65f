import { usageOperations } from '@/contracts/usage-operations'
import { methods, route } from '@/http/route'
import { getApiKeyUsage } from '@/lib/usage/read-usage'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  GET: route(usageOperations.getApiKeyUsage, ({ actor, params, query }) =>
    getApiKeyUsage(actor, { ...params, ...query }),
  ),
})
