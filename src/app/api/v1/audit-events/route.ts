import { auditLog } from '@/contracts/audit-event'
import { methods, route } from '@/http/route'
import { exportAuditEvents } from '@/lib/audit/export'
import { listAuditEvents } from '@/lib/audit/list'
import { isStillLive } from '@/lib/auth/still-live'

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({
  GET: route(
    auditLog.operations.listAuditEvents,
    ({ actor, query }) => listAuditEvents(actor, query),
    ({ actor, query }) => exportAuditEvents(actor, query, () => isStillLive(actor, 'audit:read')),
  ),
})
