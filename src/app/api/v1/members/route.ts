import { members } from '@/contracts/members'
import { methods, route } from '@/http/route'
import { inviteMember } from '@/lib/members/invite'
import { listMembers } from '@/lib/members/list'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  GET: route(members.operations.listMembers, ({ actor, query }) => listMembers(actor, query)),
  POST: route(members.operations.inviteMember, ({ actor, body }) => inviteMember(actor, body)),
})
