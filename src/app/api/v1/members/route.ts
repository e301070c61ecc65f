import { operations } from '@/contracts/operations'
import { methods, route } from '@/http/route'
import { inviteMember } from '@/lib/members/invite'
import { listMembers } from '@/lib/members/list'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  GET: route(operations.listMembers, ({ actor, query }) => listMembers(actor, query)),
  POST: route(operations.inviteMember, ({ actor, body }) => inviteMember(actor, body)),
})
