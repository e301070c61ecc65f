import { serviceAccounts } from '@/contracts/service-accounts'
import { methods, route } from '@/http/route'
import { createServiceAccount } from '@/lib/service-accounts/create'
import { listServiceAccounts } from '@/lib/service-accounts/list'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  GET: route(serviceAccounts.operations.listServiceAccounts, ({ actor, query }) =>
    listServiceAccounts(actor, query),
  ),
  POST: route(serviceAccounts.operations.createServiceAccount, ({ actor, body }) =>
    createServiceAccount(actor, body),
  ),
})
