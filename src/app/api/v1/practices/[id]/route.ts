import { practices } from '@/contracts/practices'
import { methods, route } from '@/http/route'
import { deletePractice } from '@/lib/practices/delete'
import { getPractice } from '@/lib/practices/get'
import { updatePractice } from '@/lib/practices/update'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  GET: route(practices.operations.getPractice, ({ actor, params }) => getPractice(actor, params)),
  PATCH: route(practices.operations.updatePractice, ({ actor, params, body }) =>
    updatePractice(actor, { ...params, ...body }),
  ),
  DELETE: route(practices.operations.deletePractice, ({ actor, params }) => deletePractice(actor, params)),
})
