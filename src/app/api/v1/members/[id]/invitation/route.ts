import { members } from '@/contracts/members'
import { methods, route } from '@/http/route'
import { resendInvitation } from '@/lib/members/resend-invitation'
import { withdrawInvitation } from '@/lib/members/withdraw-invitation'

const { resendInvitation: resend, withdrawInvitation: withdraw } = members.operations

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  POST: route(resend, ({ actor, params }) => resendInvitation(actor, params)),
  DELETE: route(withdraw, ({ actor, params }) => withdrawInvitation(actor, params)),
})
