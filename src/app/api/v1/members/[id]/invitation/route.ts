import { members } from '@/contracts/members'
import { methods, route } from '@/http/route'
import { resendInvitation } from '@/lib/members/resend-invitation'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  POST: route(members.operations.resendInvitation, ({ actor, params }) => resendInvitation(actor, params)),
})
