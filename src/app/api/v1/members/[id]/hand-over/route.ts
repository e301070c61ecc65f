import { members } from '@/contracts/members'
import { methods, route } from '@/http/route'
import { handOverKeys } from '@/lib/members/hand-over'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  POST: route(members.operations.handOverKeys, ({ actor, params, body }) =>
    handOverKeys(actor, { ...params, ...body }),
  ),
})
