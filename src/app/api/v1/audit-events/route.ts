import { operations } from '@/contracts/operations'
import { methods, route } from '@/http/route'
import { listAuditEvents } from '@/lib/audit/list'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  GET: route(operations.listAuditEvents, ({ actor, query }) => listAuditEvents(actor, query)),
})
