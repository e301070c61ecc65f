import { members } from '@/contracts/members'
import { methods, route } from '@/http/route'
import { memberImpact } from '@/lib/members/impact'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  GET: route(members.operations.memberImpact, ({ actor, params, query }) =>
    memberImpact(actor, { ...params, ...query }),
  ),
})
