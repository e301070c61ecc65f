import { members } from '@/contracts/members'
import { methods, route } from '@/http/route'
import { removeMember } from '@/lib/members/remove'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  POST: route(members.operations.removeMember, ({ actor, params }) => removeMember(actor, params)),
})
