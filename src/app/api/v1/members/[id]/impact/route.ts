import { members } from '@/contracts/members'
import { methods, route } from '@/http/route'
import { foreseeImpact } from '@/lib/members/impact'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  GET: route(members.operations.memberImpact, ({ actor, params, query }) =>
    foreseeImpact(actor, { ...params, ...query }),
  ),
})
