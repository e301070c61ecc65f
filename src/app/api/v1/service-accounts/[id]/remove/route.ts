import { serviceAccounts } from '@/contracts/service-accounts'
import { methods, route } from '@/http/route'
import { removeServiceAccount } from '@/lib/service-accounts/remove'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  POST: route(serviceAccounts.operations.removeServiceAccount, ({ actor, params }) =>
    removeServiceAccount(actor, params),
  ),
})
