import { serviceAccounts } from '@/contracts/service-accounts'
import { methods, route } from '@/http/route'
import { getServiceAccount } from '@/lib/service-accounts/get'
import { updateServiceAccount } from '@/lib/service-accounts/update'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  GET: route(serviceAccounts.operations.getServiceAccount, ({ actor, params }) =>
    getServiceAccount(actor, params),
  ),
  PATCH: route(serviceAccounts.operations.updateServiceAccount, ({ actor, params, body, countMaking }) =>
    updateServiceAccount(actor, { ...params, ...body }, countMaking),
  ),
})
