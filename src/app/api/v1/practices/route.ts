import { practices } from '@/contracts/practices'
import { methods, route } from '@/http/route'
import { createPractice } from '@/lib/practices/create'
import { listPractices } from '@/lib/practices/list'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  GET: route(practices.operations.listPractices, ({ actor, query }) => listPractices(actor, query)),
  POST: route(practices.operations.createPractice, ({ actor, body }) => createPractice(actor, body)),
})
