import { operations } from '@/contracts/operations'
import { methods, route } from '@/http/route'
import { getClubPolicy, updateClubPolicy } from '@/lib/clubs/policy'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  GET: route(operations.getClubPolicy, ({ actor }) => getClubPolicy(actor)),
  PATCH: route(operations.updateClubPolicy, ({ actor, body, countMaking }) =>
    updateClubPolicy(actor, body, countMaking),
  ),
})
