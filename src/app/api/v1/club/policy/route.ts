import { operations } from '@/contracts/operations'
import { methods, route } from '@/http/route'
import { getClubPolicy } from '@/lib/policy/get-policy'
import { updateClubPolicy } from '@/lib/policy/update-policy'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  GET: route(operations.getClubPolicy, ({ actor }) => getClubPolicy(actor)),
  PATCH: route(operations.updateClubPolicy, ({ actor, body, countMaking }) =>
    updateClubPolicy(actor, body, countMaking),
  ),
})
