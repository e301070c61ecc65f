import { operations } from '@/contracts/operations'
import { methods, route } from '@/http/route'
import { createPractice } from '@/lib/practices/create'
import { listPractices } from '@/lib/practices/list'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  GET: route(operations.listPractices, ({ actor, query }) => listPractices(actor, query)),
  POST: route(operations.createPractice, ({ actor, body }) => createPractice(actor, body)),
})
