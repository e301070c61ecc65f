import { operations } from '@/contracts/operations'
import { methods, route } from '@/http/route'
import { createServiceAccount } from '@/lib/service-accounts/create'
import { listServiceAccounts } from '@/lib/service-accounts/list'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  GET: route(operations.listServiceAccounts, ({ actor, query }) => listServiceAccounts(actor, query)),
  POST: route(operations.createServiceAccount, ({ actor, body }) => createServiceAccount(actor, body)),
})
