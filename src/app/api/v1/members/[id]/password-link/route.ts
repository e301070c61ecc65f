import { members } from '@/contracts/members'
import { methods, route } from '@/http/route'
import { givePasswordLink } from '@/lib/members/give-password-link'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  POST: route(members.operations.givePasswordLink, ({ actor, params }) => givePasswordLink(actor, params)),
})
