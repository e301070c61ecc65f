import { operations } from '@/contracts/operations'
import { methods, route } from '@/http/route'
import { memberImpact } from '@/lib/members/impact'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  GET: route(operations.memberImpact, ({ actor, params, query }) =>
    memberImpact(actor, { ...params, ...query }),
  ),
})
