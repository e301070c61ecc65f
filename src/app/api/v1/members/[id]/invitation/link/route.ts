import { members } from '@/contracts/members'
import { methods, route } from '@/http/route'
import { makeInvitationLink } from '@/lib/members/invitation-link'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  POST: route(members.operations.makeInvitationLink, ({ actor, params }) =>
    makeInvitationLink(actor, params),
  ),
})
