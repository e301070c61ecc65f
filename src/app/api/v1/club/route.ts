import { clubs } from '@/contracts/club-policy'
import { methods, route } from '@/http/route'
import { readClub } from '@/lib/clubs/read-club'
import { updateClub } from '@/lib/clubs/update-club'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  GET: route(clubs.operations.getClub, ({ actor }) => readClub(actor)),
  PATCH: route(clubs.operations.updateClub, ({ actor, body }) => updateClub(actor, body)),
})
