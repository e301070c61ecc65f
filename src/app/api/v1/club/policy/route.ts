import { clubs } from '@/contracts/club-policy'
import { methods, route } from '@/http/route'
import { getClubPolicy } from '@/lib/policy/get-policy'
import { updateClubPolicy } from '@/lib/policy/update-policy'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  GET: route(clubs.operations.getClubPolicy, ({ actor }) => getClubPolicy(actor)),
  PATCH: route(clubs.operations.updateClubPolicy, ({ actor, body, countMaking }) =>
    updateClubPolicy(actor, body, countMaking),
  ),
})
