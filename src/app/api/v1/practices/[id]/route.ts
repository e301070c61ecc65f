import { operations } from '@/contracts/operations'
import { methods, route } from '@/http/route'
import { deletePractice } from '@/lib/practices/delete'
import { getPractice } from '@/lib/practices/get'
import { updatePractice } from '@/lib/practices/update'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  GET: route(operations.getPractice, ({ actor, params }) => getPractice(actor, params)),
  PATCH: route(operations.updatePractice, ({ actor, params, body }) =>
    updatePractice(actor, { ...params, ...body }),
  ),
  DELETE: route(operations.deletePractice, ({ actor, params }) => deletePractice(actor, params)),
})
