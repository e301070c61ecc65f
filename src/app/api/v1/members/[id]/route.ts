import { members } from '@/contracts/members'
import { methods, route } from '@/http/route'
import { getMember } from '@/lib/members/get'
import { updateMember } from '@/lib/members/update'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  GET: route(members.operations.getMember, ({ actor, params }) => getMember(actor, params)),
  PATCH: route(members.operations.updateMember, ({ actor, params, body, countMaking }) =>
    updateMember(actor, { ...params, ...body }, countMaking),
  ),
})
