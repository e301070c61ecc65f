import { auditLog } from '@/contracts/audit-event'
import type { Fixture } from '../support/fixtures'

export const fixture: Fixture = {
  resource: auditLog,
  caller: ['CLUB_ADMIN'],
  owner: 'actorUserId',
  bodies: {},
}
