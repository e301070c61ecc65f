import { operations } from '@/contracts/operations'
import { methods, route } from '@/http/route'
import { removeMember } from '@/lib/members/remove'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  POST: route(operations.removeMember, ({ actor, params }) => removeMember(actor, params)),
})
